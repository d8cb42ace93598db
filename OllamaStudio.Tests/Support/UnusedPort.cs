using System.Net;
using System.Net.Sockets;

namespace OllamaStudio.Tests.Support;

/// <summary>A port of this machine that nobody listens on, and that no other test gets until it is disposed.</summary>
internal sealed class UnusedPort : IDisposable
{
    // Bound and not listening: connections are refused.
    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Holds that port, or a free one.</summary>
    public UnusedPort(int port = 0)
    {
        _holder.Bind(new IPEndPoint(IPAddress.Loopback, port));
        Number = ((IPEndPoint)_holder.LocalEndPoint!).Port;
    }

    /// <summary>The port.</summary>
    public int Number { get; }

    /// <summary>As the address of a server.</summary>
    public string Host => $"127.0.0.1:{Number}";

    /// <summary>A server is about to be started there: where two sockets cannot have a port, this one goes, and else only with <see cref="Dispose"/>.</summary>
    public void Share()
    {
        if (!OperatingSystem.IsLinux())
        {
            _holder.Dispose();
        }
    }

    public void Dispose() => _holder.Dispose();
}
