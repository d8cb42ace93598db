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

    /// <summary>Its version; null while it has not answered.</summary>
    public string? Version { get; init; }

    /// <summary>The installed models as it listed them last.</summary>
    public IReadOnlyList<OllamaModel> Models { get; init; } = [];

    /// <summary>The models in memory as it listed them last.</summary>
    public IReadOnlyList<OllamaRunningModel> Running { get; init; } = [];

    /// <summary>Why it is down; null while it is not.</summary>
    public string? Error { get; init; }

    /// <summary>What to do about it; null where nothing helps.</summary>
    public string? NextStep { get; init; }

    /// <summary>Whether a model of that name is in memory.</summary>
    public bool IsLoaded(string model) => FindRunning(model) is not null;

    /// <summary>The model of that name in memory, or null.</summary>
    public OllamaRunningModel? FindRunning(string model) => Running.FirstOrDefault(running => ModelNames.Same(running.Name, model));

    /// <summary>The installed model of that name, or null.</summary>
    public OllamaModel? Find(string model) => Models.FirstOrDefault(installed => ModelNames.Same(installed.Name, model));
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
}

/// <summary>The built-in demo: a server like any other, once it runs.</summary>
public interface IDemoServer
{
    /// <summary>Where it listens; started on the first call.</summary>
    Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken);
}
