using System.Net;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Makes the chain of message handlers.</summary>
internal static class Handlers
{
    /// <summary>
    /// <paramref name="outer"/> itself, or the default where it is null. Where it ends in a <see cref="DelegatingHandler"/>
    /// without an inner one, the default is put there.
    /// </summary>
    public static HttpMessageHandler Wrap(HttpMessageHandler? outer, OllamaEndpoint endpoint, OllamaClientOptions options)
    {
        if (outer is null)
        {
            return Default(endpoint, options);
        }

        HttpMessageHandler? innermost = outer;
        while (innermost is DelegatingHandler { InnerHandler: { } inner })
        {
            innermost = inner;
        }

        if (innermost is DelegatingHandler last)
        {
            last.InnerHandler = Default(endpoint, options);
        }

        return outer;
    }

    private static SocketsHttpHandler Default(OllamaEndpoint endpoint, OllamaClientOptions options) => new()
    {
        ConnectTimeout = options.ConnectTimeout,
        AutomaticDecompression = DecompressionMethods.GZip,

        // A proxy knows nothing of this machine.
        UseProxy = !endpoint.IsLoopback,

        // A POST would become a GET, and the key be dropped: explained instead.
        AllowAutoRedirect = false,
        UseCookies = false,

        // An answer that nobody reads any more is cut at once: that is how Ollama learns that it may stop. The default would
        // read on for two seconds in the hope of using the connection again.
        MaxResponseDrainSize = 0,

        // So that a server's new address is noticed; never cuts a connection in use.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
