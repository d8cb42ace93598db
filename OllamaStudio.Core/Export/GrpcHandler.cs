using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Carries a request of OTLP over HTTP by gRPC, and makes of gRPC's answer the one that HTTP would have given: whoever writes, keeps, cuts
/// and repeats requests knows one protocol alone, and what waits on disk fits both.
/// </summary>
/// <remarks>
/// The wire is "gRPC over HTTP2": HTTP/2 without a handshake where there is no TLS, a message behind a flag and its length, the status in a
/// trailer. What a status means for sending again is in "OTLP/gRPC Response" of the specification of OTLP.
/// </remarks>
/// <param name="inner">Carries HTTP/2.</param>
/// <param name="project">The project that the resource of every request names; null where that is nobody's business. Phoenix reads no header by gRPC.</param>
internal sealed class GrpcHandler(HttpMessageHandler inner, string? project = null) : DelegatingHandler(inner)
{
    // Begins the path of every service.
    private const string Services = "/opentelemetry.proto.collector.";

    private const string MediaType = "application/grpc";
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";
    private const int Prefix = 5;

    // An answer is a few dozen bytes.
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly string[] s_tooLarge = ["larger than max", "exceeds max", "exceeds the max"];

    /// <summary>The path of the service that takes a signal.</summary>
    public static string PathOf(TelemetrySignal signal) => Services + signal switch
    {
        TelemetrySignal.Metrics => "metrics.v1.MetricsService/Export",
        TelemetrySignal.Logs => "logs.v1.LogsService/Export",
        _ => "trace.v1.TraceService/Export",
    };

    /// <summary>Whether an address is that of such a service.</summary>
    public static bool IsService(Uri address) => address.AbsolutePath.StartsWith(Services, StringComparison.Ordinal);

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var call = await CallAsync(request, cancellationToken);
        using var answer = await base.SendAsync(call, cancellationToken);
        var message = await ReadAsync(answer.Content, cancellationToken);

        // One that is refused before a message comes has its status among the headers.
        var status = Text(answer.TrailingHeaders, StatusName) ?? Text(answer.Headers, StatusName);
        if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            // Not gRPC: a proxy, or a server of another kind.
            return Response(request, answer.IsSuccessStatusCode ? HttpStatusCode.NotFound : answer.StatusCode, "text/plain", []);
        }

        var words = Uri.UnescapeDataString(Text(answer.TrailingHeaders, MessageName) ?? Text(answer.Headers, MessageName) ?? "");
        return code == 0
            ? Response(request, HttpStatusCode.OK, OtlpHandler.ProtobufMediaType, message.Length > Prefix ? message[Prefix..] : [])
            : Response(request, HttpStatusOf(code, words), "text/plain", Encoding.UTF8.GetBytes(words));
    }

    private async Task<HttpRequestMessage> CallAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var encoding = request.Content?.Headers.ContentEncoding.SingleOrDefault();
        if (project is not null && Text(request.Headers, ResourceNames.ProjectHeader) is { } other && other != project)
        {
            body = RequestSplit.WithProject(body, encoding, other);
        }

        var framed = new byte[Prefix + body.Length];
        framed[0] = encoding is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), body.Length);
        body.CopyTo(framed, Prefix);

        var call = new HttpRequestMessage(HttpMethod.Post, request.RequestUri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(framed) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } },
        };
        call.Headers.TE.ParseAdd("trailers");
        if (encoding is not null)
        {
            call.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        }

        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if (!name.Equals("Expect", StringComparison.OrdinalIgnoreCase))
            {
                call.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
            }
        }

        return call;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken); // the trailers come after it
        return await content.ReadAsByteArrayAsync(cancellationToken);
    }

    private static HttpResponseMessage Response(HttpRequestMessage request, HttpStatusCode status, string mediaType, byte[] body) => new(status)
    {
        RequestMessage = request,
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
    };

    // https://grpc.io/docs/guides/status-codes/ names them.
    private static HttpStatusCode HttpStatusOf(int code, string words) => code switch
    {
        3 => HttpStatusCode.BadRequest,
        4 => HttpStatusCode.GatewayTimeout,
        7 => HttpStatusCode.Forbidden,
        8 when IsTooLarge(words) => HttpStatusCode.RequestEntityTooLarge,
        8 => HttpStatusCode.TooManyRequests,
        12 => HttpStatusCode.NotFound,
        1 or 10 or 11 or 14 or 15 => HttpStatusCode.ServiceUnavailable,
        16 => HttpStatusCode.Unauthorized,
        _ => HttpStatusCode.InternalServerError,
    };

    // Go and C++: "received message larger than max (5000000 vs. 4194304)"; .NET: "Received message exceeds the maximum configured message size.";
    // Java: "gRPC message exceeds maximum size 4194304: 5000000". A quota that is used up has the same status.
    private static bool IsTooLarge(string words) => words.Contains("message", StringComparison.OrdinalIgnoreCase)
        && s_tooLarge.Any(part => words.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static string? Text(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
