using System.Net.Http.Headers;
using System.Text;
using OllamaStudio.Core.Ollama.Transport;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// Speaks with one Ollama server, through OllamaSharp under a guard (<see cref="GuardedApiClient"/>). Safe for concurrent use; throws
/// <see cref="OllamaException"/> and cancellation only.
/// </summary>
public sealed partial class OllamaClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly GuardedApiClient _api;

    /// <summary>Makes a client.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="handler">
    /// Sees every request first (tracing, tests); owned by the client. Where the chain that it begins ends in a
    /// <see cref="DelegatingHandler"/> without an inner handler, the default transport is put there. Null for the default alone.
    /// </param>
    /// <param name="options">Bounds and credentials; null for the defaults.</param>
    public OllamaClient(OllamaEndpoint endpoint, HttpMessageHandler? handler = null, OllamaClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        (Endpoint, Options) = (endpoint, options ?? new OllamaClientOptions());
        _http = new HttpClient(Handlers.Wrap(handler, endpoint, Options), disposeHandler: true)
        {
            BaseAddress = endpoint.BaseAddress,

            // It would count until the headers, and none come while a model loads.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(
            "OllamaStudio", typeof(OllamaClient).Assembly.GetName().Version?.ToString(3) ?? "0"));
        Authorize(_http.DefaultRequestHeaders);
        _api = new GuardedApiClient(_http, endpoint, Options);
    }

    /// <summary>The server.</summary>
    public OllamaEndpoint Endpoint { get; }

    /// <summary>Its bounds and credentials.</summary>
    internal OllamaClientOptions Options { get; }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private void Authorize(HttpRequestHeaders headers)
    {
        foreach ((string name, string value) in Options.Headers)
        {
            headers.TryAddWithoutValidation(name, value);
        }

        if (headers.Contains("Authorization"))
        {
            return;
        }

        if (!string.IsNullOrWhiteSpace(Options.ApiKey) && Endpoint.IsOllamaCloudOverTls)
        {
            headers.TryAddWithoutValidation("Authorization", "Bearer " + Options.ApiKey.Trim());
        }
        else if (!string.IsNullOrEmpty(Options.Login))
        {
            headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Options.Login)));
        }
    }
}
