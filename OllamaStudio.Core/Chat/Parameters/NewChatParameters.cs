using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat.Parameters;

/// <summary>
/// What is set for the conversation that is not begun yet, on every page and over a reload; its first message takes it along. Not stored.
/// Safe to use from any thread.
/// </summary>
public sealed class NewChatParameters
{
    private static readonly ImmutableHashSet<string> NoTools = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private ChatParameters _current = ChatParameters.None;
    private string? _model;
    private ImmutableHashSet<string> _disabledTools = NoTools;

    /// <summary>Raised on the caller's thread after something was set or taken.</summary>
    public event Action? Changed;

    /// <summary>What is set.</summary>
    public ChatParameters Current => Volatile.Read(ref _current);

    /// <summary>The model that was picked last, for a page that is opened or reloaded; null where none was.</summary>
    public string? Model => Volatile.Read(ref _model);

    /// <summary>The ids of the tools that were switched off last, for a page that is opened or reloaded: what another page has stays there as it is.</summary>
    public ImmutableHashSet<string> DisabledTools => Volatile.Read(ref _disabledTools);

    /// <summary>Sets these, and no others.</summary>
    public void Set(ChatParameters parameters)
    {
        Volatile.Write(ref _current, parameters);
        Changed?.Invoke();
    }

    /// <summary>Notes whom a page asks, and which tools are off there.</summary>
    public void Note(string? model, ImmutableHashSet<string> disabledTools)
    {
        Volatile.Write(ref _model, model);
        Volatile.Write(ref _disabledTools, disabledTools);
    }

    /// <summary>Takes the parameters for the conversation that begins; the next one begins with none, and with no model and tools.</summary>
    public ChatParameters Take()
    {
        var taken = Interlocked.Exchange(ref _current, ChatParameters.None);
        Note(null, NoTools);
        Changed?.Invoke();
        return taken;
    }
}
