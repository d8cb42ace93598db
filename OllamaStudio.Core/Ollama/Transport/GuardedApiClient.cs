using System.Net;
using System.Net.Http.Headers;
using OllamaSharp;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>
/// OllamaSharp's client under guard. Every call that it makes goes through <see cref="SendToOllamaAsync"/>: sent again where the server
/// surely did nothing with it, failures as <see cref="OllamaException"/>, queries within their time, bodies within their bounds. Safe for
/// concurrent use. What only <see cref="AnswerReader"/> can know comes on top: an error line, an end without a last line.
/// </summary>
internal sealed class GuardedApiClient : OllamaApiClient
{
    /// <summary>Most bytes of an error's body that are read; Ollama's own are a sentence.</summary>
    private const int MaxErrorBytes = 16 * 1024;

    /// <summary>How long an error's body may take: the error is known already, only its words are missing.</summary>
    private static readonly TimeSpan ErrorBodyTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;
    private readonly OllamaEndpoint _endpoint;
    private readonly OllamaClientOptions _options;

    /// <param name="http">Sends; not owned.</param>
    /// <param name="endpoint">Where to, for the words of errors.</param>
    /// <param name="options">The bounds.</param>
    public GuardedApiClient(HttpClient http, OllamaEndpoint endpoint, OllamaClientOptions options)
        : base(http)
    {
        (_http, _endpoint, _options) = (http, endpoint, options);
        Wire.Prepare(OutgoingJsonSerializerOptions, IncomingJsonSerializerOptions);
    }

    /// <summary>
    /// Makes the call. A streamed answer comes back at its headers, its body guarded; any other comes whole. The caller disposes the
    /// response; that closes the connection, and Ollama stops generating, unless it was read to its end.
    /// </summary>
    protected override async Task<HttpResponseMessage> SendToOllamaAsync(
        HttpRequestMessage requestMessage, OllamaRequest? ollamaRequest, HttpCompletionOption completionOption, CancellationToken cancellationToken)
    {
        // OllamaSharp's says charset=utf-8, which JSON has no need of.
        requestMessage.Content?.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (ollamaRequest is null or ShowModelRequest)
        {
            return await QueryAsync(requestMessage, ollamaRequest, cancellationToken);
        }

        HttpResponseMessage response = await SendAsync(requestMessage, ollamaRequest, cancellationToken);
        return completionOption is HttpCompletionOption.ResponseHeadersRead
            ? await GuardAsync(response, ollamaRequest, cancellationToken)
            : await ReadWholeAsync(response, ollamaRequest, cancellationToken);
    }

    /// <summary>Makes a call with a body of our own, once; comes back at its headers. The caller disposes the response, which closes the connection.</summary>
    /// <param name="path">Relative to the server's address.</param>
    /// <param name="json">The body.</param>
    /// <param name="request">What it is about, for the words of a failure.</param>
    /// <param name="cancellationToken">Closes the connection.</param>
    public async Task<HttpResponseMessage> PostAsync(string path, string json, OllamaRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, new MediaTypeHeaderValue("application/json")) };
        return await SendOnceAsync(message, request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, OllamaRequest? request, CancellationToken cancellationToken)
    {
        for (int retry = 1; ; retry++)
        {
            try
            {
                return await SendOnceAsync(message, request, cancellationToken);
            }
            catch (OllamaException e) when (retry <= _options.MaxRetries && Retry.DelayOf(e, retry, _options) is { } delay)
            {
                Retry.Note(e, retry, delay);
                await Task.Delay(delay, _options.Time, cancellationToken);
            }
        }
    }

    /// <summary>Makes the call, once, within <see cref="OllamaClientOptions.QueryTimeout"/>: for calls that load nothing.</summary>
    private async Task<HttpResponseMessage> QueryAsync(HttpRequestMessage message, OllamaRequest? request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.QueryTimeout, _options.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ReadWholeAsync(await SendOnceAsync(message, request, linked.Token), request, linked.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller's own token in the exception, not the linked one.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw OllamaErrors.TooSlow(_endpoint, _options.QueryTimeout);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage message, OllamaRequest? request, CancellationToken cancellationToken)
    {
        // A message is sent only once; its content may be sent again, and is its owner's to dispose.
        var attempt = new HttpRequestMessage(message.Method, message.RequestUri) { Content = message.Content };
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(attempt, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException { InnerException: TimeoutException })
        {
            // A person's cancellation tears the connection down, which may surface as any of these.
            cancellationToken.ThrowIfCancellationRequested();
            throw OllamaErrors.Unreachable(_endpoint, e);
        }

        try
        {
            return response.IsSuccessStatusCode && !IsWebPage(response)
                ? response
                : throw await ReadFailureAsync(response, AnswerReader.ModelOf(request), cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> GuardAsync(HttpResponseMessage response, OllamaRequest request, CancellationToken cancellationToken)
    {
        HttpContent content = response.Content;
        Stream body = await content.ReadAsStreamAsync(cancellationToken);
        response.Content = new StreamContent(new GuardedBody(content, body, _options, AnswerReader.IfIncomplete(request), cancellationToken));
        return response;
    }

    /// <summary>The response with its body in memory, at most <see cref="OllamaClientOptions.MaxBodyBytes"/> of it.</summary>
    private async Task<HttpResponseMessage> ReadWholeAsync(HttpResponseMessage response, OllamaRequest? request, CancellationToken cancellationToken)
    {
        try
        {
            using HttpContent content = response.Content;
            (ReadOnlyMemory<byte> bytes, bool whole) = await BodyReader.ReadAsync(content, _options.MaxBodyBytes, cancellationToken);
            bytes = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
            response.Content = new ByteArrayContent(whole ? Check(bytes.Span, request) : throw OllamaErrors.BadAnswer($"The answer is longer than {_options.MaxBodyBytes} bytes."));
            return response;
        }
        catch (Exception e) when (BodyReader.IsFailure(e))
        {
            response.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw OllamaErrors.Incomplete(anything: true, e);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The body as OllamaSharp may read it. It takes a chat's by lines, though it is one object, and calls a null answer a fault of its own.</summary>
    private static byte[] Check(ReadOnlySpan<byte> body, OllamaRequest? request)
    {
        if (request is DeleteModelRequest or CopyModelRequest)
        {
            // Ollama says nothing more than 200.
            return [];
        }

        byte[] mended = WellFormed.Of(body).ToArray();
        mended.AsSpan().Replace((byte)'\r', (byte)'\t');
        mended.AsSpan().Replace((byte)'\n', (byte)'\t');
        ReadOnlySpan<byte> text = mended.AsSpan().TrimStart(" \t"u8);
        return text switch
        {
            [(byte)'{', ..] => mended,
            _ when WebPage.LooksLikeOne(text) => throw OllamaErrors.WebPage(HttpStatusCode.OK, WebPage.Title(text)),
            [] when body.IsEmpty => throw (request is ChatRequest ? OllamaErrors.Incomplete(anything: false) : OllamaErrors.BadAnswer("The answer is empty.")),
            _ => throw AnswerReader.NoJson(request, cause: null),
        };
    }

    private async Task<OllamaException> ReadFailureAsync(HttpResponseMessage response, string? model, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode is >= 300 and < 400)
        {
            return OllamaErrors.Redirect(response.StatusCode, response.Headers.Location);
        }

        if (response.StatusCode is HttpStatusCode.Unauthorized
            && response.Headers.WwwAuthenticate.Any(wanted => string.Equals(wanted.Scheme, "Basic", StringComparison.OrdinalIgnoreCase)))
        {
            return OllamaErrors.LoginWanted();
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
