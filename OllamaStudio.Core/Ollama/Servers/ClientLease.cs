namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>The right to use a client. One that was replaced, because address or key changed, is disposed when the last such right has been given back.</summary>
public sealed class ClientLease : IDisposable
{
    private SharedClient? _shared;

    internal ClientLease(SharedClient shared)
    {
        _shared = shared;
        Client = shared.Client;
    }

    /// <summary>The client; not to be used any more once this is disposed.</summary>
    public OllamaClient Client { get; }

    /// <summary>Gives the client back.</summary>
    public void Dispose() => Interlocked.Exchange(ref _shared, null)?.Release();
}

/// <summary>A client and how many use it, its owner among them.</summary>
internal sealed class SharedClient(OllamaClient client)
{
    private int _users = 1;

    /// <summary>The client.</summary>
    public OllamaClient Client => client;

    /// <summary>Lends it. Only while its owner has not released it.</summary>
    public ClientLease Lend()
    {
        Interlocked.Increment(ref _users);
        return new ClientLease(this);
    }

    /// <summary>One user less; the last one takes the client along.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            client.Dispose();
        }
    }
}
