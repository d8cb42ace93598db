using System.Net;
using System.Net.Http.Headers;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Sends requests to one server and turns whatever goes wrong into <see cref="OllamaException"/>. Safe for concurrent use.</summary>
internal sealed class OllamaTransport : IDisposable
{
    /// <summary>Most bytes of an error's body that are read; Ollama's own are a sentence.</summary>
    private const int MaxErrorBytes = 16 * 1024;

    /// <summary>How long an error's body may take: the error is known already, only its words are missing.</summary>
    private static readonly TimeSpan ErrorBodyTimeout = TimeSpan.FromSeconds(2);

    private readonly OllamaClientOptions _options;
    private readonly HttpClient _http;

    public OllamaTransport(OllamaEndpoint endpoint, HttpMessageHandler? handler, OllamaClientOptions options)
    {
        (Endpoint, _options) = (endpoint, options);
        _http = new HttpClient(Handlers.Wrap(handler, endpoint, options), disposeHandler: true)
        {
            BaseAddress = endpoint.BaseAddress,

            // It would count until the headers, and none come while a model loads.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(
            "OllamaStudio", typeof(OllamaTransport).Assembly.GetName().Version?.ToString(3) ?? "0"));
        if (!string.IsNullOrWhiteSpace(options.ApiKey) && endpoint.IsOllamaCloudOverTls)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + options.ApiKey.Trim());
        }
    }

    public OllamaEndpoint Endpoint { get; }

    /// <summary>
    /// Makes the call and waits for the headers of a good answer; where the server surely did nothing with it, makes it again.
    /// Any other answer, and none, is an exception. The caller disposes the response; that closes the connection, and Ollama
    /// stops generating, unless it was read to its end.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(OllamaCall call, CancellationToken cancellationToken)
    {
        for (int retry = 1; ; retry++)
        {
            try
            {
                return await SendOnceAsync(call, cancellationToken);
            }
            catch (OllamaException e) when (retry <= _options.MaxRetries && Retry.DelayOf(e, retry, _options) is { } delay)
            {
                Retry.Note(e, retry, delay);
                await Task.Delay(delay, _options.Time, cancellationToken);
            }
        }
    }

    /// <summary>Makes the call and reads its whole answer, at most <see cref="OllamaClientOptions.MaxBodyBytes"/>.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(OllamaCall call, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(call, cancellationToken);
        return await ReadBodyAsync(response, cancellationToken);
    }

    /// <summary>
    /// Makes the call, once, and reads its whole answer within <see cref="OllamaClientOptions.QueryTimeout"/>: for calls that
    /// load nothing.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>> QueryAsync(OllamaCall call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.QueryTimeout, _options.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using HttpResponseMessage response = await SendOnceAsync(call, linked.Token);
            return await ReadBodyAsync(response, linked.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller's own token in the exception, not the linked one.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw OllamaErrors.TooSlow(Endpoint, _options.QueryTimeout);
        }
    }

    /// <summary>Makes the call and reads its whole answer as the one and last line of a stream.</summary>
    public async Task<T> ReadLineAsync<T>(OllamaCall call, ILineParser<T> parser, CancellationToken cancellationToken)
        where T : class
    {
        ReadOnlyMemory<byte> answer = await ReadAsync(call, cancellationToken);
        T item = answer.IsEmpty
            ? throw OllamaErrors.Incomplete(anything: false)
            : AnswerLine.Parse(answer.Span, parser, call.Model, HttpStatusCode.OK, isWhole: true);
        return parser.IsLast(item) ? item : throw OllamaErrors.Incomplete(anything: true);
    }

    /// <summary>Makes the call and reads the lines of its answer until the last one. <paramref name="silence"/> is told when none come; null for nobody.</summary>
    public IAsyncEnumerable<T> StreamAsync<T>(OllamaCall call, ILineParser<T> parser, IProgress<OllamaSilence>? silence, CancellationToken cancellationToken)
        where T : class =>
        new NdjsonStream<T>(this, call, parser, silence, _options).ReadAsync(cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(OllamaCall call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, call.Path);
        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(call.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException { InnerException: TimeoutException })
        {
            // A person's cancellation tears the connection down, which may surface as any of these.
            cancellationToken.ThrowIfCancellationRequested();
            throw OllamaErrors.Unreachable(Endpoint, e);
        }

        try
        {
            return response.IsSuccessStatusCode && !IsWebPage(response)
                ? response
                : throw await ReadFailureAsync(response, call.Model, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            (ReadOnlyMemory<byte> bytes, bool whole) = await BodyReader.ReadAsync(response.Content, _options.MaxBodyBytes, cancellationToken);
            bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
            return whole ? bytes : throw OllamaErrors.BadAnswer($"The answer is longer than {_options.MaxBodyBytes} bytes.");
        }
        catch (Exception e) when (BodyReader.IsFailure(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw OllamaErrors.Incomplete(anything: true, e);
        }
    }

    private async Task<OllamaException> ReadFailureAsync(HttpResponseMessage response, string? model, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            return OllamaErrors.Redirect(response.StatusCode, response.Headers.Location);
        }

        ReadOnlyMemory<byte> body = await ReadErrorBodyAsync(response.Content, cancellationToken);
        TimeSpan? retryAfter = RetryAfter(response.Headers.RetryAfter);
        if (IsWebPage(response) || WebPage.LooksLikeOne(body.Span))
        {
            return OllamaErrors.BareStatus(response.StatusCode, response.ReasonPhrase, html: true, WebPage.Title(body.Span), retryAfter);
        }

        return Envelope.FindError(body.Span, out string? signInUrl) is { } error
            ? OllamaErrors.Status(response.StatusCode, error, model, signInUrl, retryAfter)
            : OllamaErrors.BareStatus(response.StatusCode, response.ReasonPhrase, html: false, title: null, retryAfter);
    }

    private async Task<ReadOnlyMemory<byte>> ReadErrorBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ErrorBodyTimeout, _options.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return (await BodyReader.ReadAsync(content, MaxErrorBytes, linked.Token)).Bytes;
        }
        catch (Exception e) when (BodyReader.IsFailure(e) || e is OperationCanceledException)
        {
            // The status alone has to do.
            cancellationToken.ThrowIfCancellationRequested();
            return default;
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan? time = header?.Delta ?? (header?.Date is { } date ? date - _options.Time.GetUtcNow() : null);
        return time > TimeSpan.Zero ? time : null;
    }

    private static bool IsWebPage(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type && type.Contains("html", StringComparison.OrdinalIgnoreCase);
}
