namespace OllamaStudio.Core.Chat.Parameters;

/// <summary>
/// What is set for the conversation that is not begun yet, on every page and over a reload; its first message takes it along. Not stored.
/// Safe to use from any thread.
/// </summary>
public sealed class NewChatParameters
{
    private ChatParameters _current = ChatParameters.None;

    /// <summary>Raised on the caller's thread after they were set or taken.</summary>
    public event Action? Changed;

    /// <summary>What is set.</summary>
    public ChatParameters Current => Volatile.Read(ref _current);

    /// <summary>Sets these, and no others.</summary>
    public void Set(ChatParameters parameters)
    {
        Volatile.Write(ref _current, parameters);
        Changed?.Invoke();
    }

    /// <summary>Takes them for the conversation that begins; the next one begins with none.</summary>
    public ChatParameters Take()
    {
        var taken = Interlocked.Exchange(ref _current, ChatParameters.None);
        Changed?.Invoke();
        return taken;
    }
}
