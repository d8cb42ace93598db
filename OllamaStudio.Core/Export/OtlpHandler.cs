namespace OllamaStudio.Core.Export;

/// <summary>
/// Stands between the exporter and the socket: names project and key on each request, and keeps what came of it, which
/// the exporter itself tells nobody. Used by one request at a time.
/// </summary>
internal sealed class OtlpHandler : DelegatingHandler
{
    /// <summary>The one content type that Phoenix takes.</summary>
    public const string ProtobufMediaType = "application/x-protobuf";

    // An OTLP answer is a few dozen bytes; of an error page no more is read.
    private const int MaxBodyBytes = 16 * 1024;

    private readonly ExportPlan _plan;

    /// <summary>Makes the handler over a socket handler of its own.</summary>
    public OtlpHandler(ExportPlan plan)
        : base(ExportHttp.CreateSocketsHandler(plan))
    {
        _plan = plan;
    }

    private volatile bool _isCut;

    /// <summary>What came of the last request; null before one ended.</summary>
    public ExportAnswer? LastAnswer { get; set; }

    /// <summary>The last request itself, where it may be accepted later; else null.</summary>
    public (byte[] Body, IReadOnlyList<string> Encoding)? LastUnsent { get; private set; }

    /// <summary>From now on requests end at once, unsent.</summary>
    public void Cut() => _isCut = true;

    /// <summary>Forgets the last request.</summary>
    public void Reset()
    {
        LastAnswer = null;
        LastUnsent = null;
    }

    /// <summary>Makes a client over this handler with the plan's time limit.</summary>
    public HttpClient CreateClient() => new(this, disposeHandler: true) { Timeout = _plan.Timeout };

    /// <inheritdoc />
    /// <remarks>
    /// The exporter calls this on a thread of its own, made for blocking. Going through the asynchronous path there keeps
    /// one code path, and one that a cancellation reaches everywhere: the synchronous one can be stuck in name resolution,
    /// or in an answer whose body never ends.
    /// </remarks>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ExportHttp.AddHeaders(_plan, request.Headers);
        HttpResponseMessage? response = null;
        try
        {
            if (_isCut)
            {
                throw new OperationCanceledException("Another destination has taken over.");
            }

            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var mediaType = response.Content.Headers.ContentType?.MediaType;
            var body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
            LastAnswer = ExportAnswerReader.Read(_plan, response.StatusCode, mediaType, body);
            response.Content.Dispose();
            response.Content = new ByteArrayContent(body);
            return response;
        }
        catch (Exception failure)
        {
            response?.Dispose();
            LastAnswer = ExportAnswerReader.Read(_plan, failure);
            throw;
        }
        finally
        {
            // The exporter's buffer is its own again after this.
            LastUnsent = LastAnswer is { IsTransient: true } && request.Content is { } content
                ? (await content.ReadAsByteArrayAsync(CancellationToken.None).ConfigureAwait(false), [.. content.Headers.ContentEncoding])
                : null;
        }
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxBodyBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return buffer[..length];
    }
}
