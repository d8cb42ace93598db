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

    /// <summary>The model that was picked; null where none was.</summary>
    public string? Model => Volatile.Read(ref _model);

    /// <summary>The ids of the tools that are switched off.</summary>
    public ImmutableHashSet<string> DisabledTools => Volatile.Read(ref _disabledTools);

    /// <summary>Sets these, and no others.</summary>
    public void Set(ChatParameters parameters)
    {
        Volatile.Write(ref _current, parameters);
        Changed?.Invoke();
    }

    /// <summary>Picks the model.</summary>
    public void SelectModel(string model)
    {
        Volatile.Write(ref _model, model);
        Changed?.Invoke();
    }

    /// <summary>Switches a tool on or off.</summary>
    public void SwitchTool(string toolId, bool enabled)
    {
        ImmutableInterlocked.Update(ref _disabledTools, static (off, change) => change.enabled ? off.Remove(change.toolId) : off.Add(change.toolId), (toolId, enabled));
        Changed?.Invoke();
    }

    /// <summary>Takes all of it for the conversation that begins; the next one begins with none. Whom it asks is the caller's affair: the model is forgotten.</summary>
    public (ChatParameters Parameters, ImmutableHashSet<string> DisabledTools) Take()
    {
        var taken = (Interlocked.Exchange(ref _current, ChatParameters.None), Interlocked.Exchange(ref _disabledTools, NoTools));
        Volatile.Write(ref _model, null);
        Changed?.Invoke();
        return taken;
    }
}
