using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>What is known of one server.</summary>
public sealed record ServerStatus
{
    /// <summary>Which server.</summary>
    public required ServerKind Kind { get; init; }

    /// <summary>How it stands.</summary>
    public ServerState State { get; init; }

    /// <summary>Where it is, for people; empty while a demo has not been started.</summary>
    public string Address { get; init; } = "";

    /// <summary>Whether it has answered at this address since the studio began. Servers that only speak the protocol may tell no version, so it does not say.</summary>
    public bool HasAnswered { get; init; }

    /// <summary>Its version as it told it last; null while it has told none.</summary>
    public string? Version { get; init; }

    /// <summary>The installed models as it listed them last.</summary>
    public IReadOnlyList<OllamaModel> Models { get; init; } = [];

    /// <summary>The models in memory as it listed them last.</summary>
    public IReadOnlyList<OllamaRunningModel> Running { get; init; } = [];

    /// <summary>Why it is down; null while it is not.</summary>
    public string? Error { get; init; }

    /// <summary>What to do about it; null where nothing helps.</summary>
    public string? NextStep { get; init; }

    /// <summary>The windows that the studio asked for, by the model's name with its tag; nothing of one that it never asked for any.</summary>
    internal ImmutableDictionary<string, AskedWindow> Asked { get; init; } = AskedWindows.None;

    /// <summary>Whether it is the server at that address, as spans name it.</summary>
    public bool IsAt(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Address.Length > 0 && string.Equals(Address.TrimEnd('/'), address.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a model of that name is in memory.</summary>
    public bool IsLoaded(string model) => FindRunning(model) is not null;

    /// <summary>Whether a call finds that model in memory as it needs it, under this name or another of the same digest: with a window of another size it would be loaded anew.</summary>
    /// <param name="model">The model.</param>
    /// <param name="window">The context window that the call asks for, in tokens; null for the server's own.</param>
    /// <param name="now">The time.</param>
    internal bool IsLoadedFor(string model, int? window, DateTimeOffset now) =>
        Running.FirstOrDefault(running => ModelNames.Same(running.Name, model) || (DigestOf(model) is { } digest && DigestOf(running.Name) == digest)) is { } found && !(found.ExpiresAt <= now)
        && ((window ?? OwnWindowOf(model)) is not { } asked || found.ContextLength is not { } allocated || Math.Min(asked, Find(model)?.ContextLength ?? int.MaxValue) == allocated);

    /// <summary>The model of that name in memory, or null.</summary>
    public OllamaRunningModel? FindRunning(string model) => Running.FirstOrDefault(running => ModelNames.Same(running.Name, model));

    /// <summary>The context window of a call to that model that asks for none, in tokens; null where that is unknown.</summary>
    public int? OwnWindowOf(string model) =>
        FindRunning(model) is not { ContextLength: var allocated } ? null
            : Asked.TryGetValue(ModelNames.WithTag(model), out var asked) ? asked.OwnBeside(allocated, Find(model)?.ContextLength)
            : allocated;

    /// <summary>The installed model of that name, or null.</summary>
    public OllamaModel? Find(string model) => Models.FirstOrDefault(installed => ModelNames.Same(installed.Name, model));

    /// <summary>The digest of the installed model of that name (SHA-256 of its manifest, 64 hexadecimal digits); null where it is not known.</summary>
    public string? DigestOf(string model) => Find(model) is { Digest.Length: > 0 } installed ? installed.Digest : null;

    /// <summary>Whether both say the same; lists are compared by what they list.</summary>
    internal static bool AreSame(ServerStatus one, ServerStatus other) =>
        one with { Models = [], Running = [] } == other with { Models = [], Running = [] }
        && one.Running.SequenceEqual(other.Running)
        && one.Models.Count == other.Models.Count
        && one.Models.Zip(other.Models).All(static pair =>
            pair.First with { Capabilities = [] } == pair.Second with { Capabilities = [] } && pair.First.Capabilities.SequenceEqual(pair.Second.Capabilities));
}

/// <summary>The two servers that the studio knows.</summary>
public enum ServerKind
{
    /// <summary>The one that the settings name.</summary>
    Ollama,

    /// <summary>The built-in demo.</summary>
    Demo,
}

/// <summary>How a server stands.</summary>
public enum ServerState
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>Its last answer was good.</summary>
    Up,

    /// <summary>It did not answer, or not as Ollama does.</summary>
    Down,
}

/// <summary>Both servers, and which of them answers.</summary>
/// <param name="Active">The server that new turns are sent to.</param>
/// <param name="Ollama">The server that the settings name.</param>
/// <param name="Demo">The built-in demo.</param>
public sealed record ServersStatus(ServerKind Active, ServerStatus Ollama, ServerStatus Demo)
{
    /// <summary>The server that new turns are sent to.</summary>
    public ServerStatus Current => Of(Active);

    /// <summary>That server.</summary>
    public ServerStatus Of(ServerKind kind) => kind is ServerKind.Demo ? Demo : Ollama;

    /// <summary>The server at that address, as spans name it; null where neither is, or none is named.</summary>
    internal ServerStatus? At(string? address) => address is null ? null : Current.IsAt(address) ? Current : Ollama.IsAt(address) ? Ollama : Demo.IsAt(address) ? Demo : null;

    /// <summary>The same with that server's status in the place of the one of its kind.</summary>
    internal ServersStatus With(ServerStatus server) => server.Kind is ServerKind.Demo ? this with { Demo = server } : this with { Ollama = server };

    /// <summary>Whether both say the same.</summary>
    internal static bool AreSame(ServersStatus one, ServersStatus other) =>
        one.Active == other.Active && ServerStatus.AreSame(one.Ollama, other.Ollama) && ServerStatus.AreSame(one.Demo, other.Demo);
}

/// <summary>The built-in demo: a server like any other, once it runs.</summary>
public interface IDemoServer
{
    /// <summary>Where it listens; started on the first call.</summary>
    Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken);
}
