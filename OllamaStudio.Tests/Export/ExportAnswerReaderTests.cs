using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Export;

/// <summary>The words a person reads.</summary>
public sealed class ExportAnswerReaderTests
{
    private static readonly ExportPlan Plan = ExportPlan.From(new TelemetrySettings
    {
        Destination = new()
        {
            Endpoint = "http://localhost:6006/v1/traces",
            ApiKey = "s3cret-key",
            Headers = ImmutableSortedDictionary<string, string>.Empty.Add("x-tenant", "tenant-token"),
        },
    });

    [Theory]
    [InlineData(401, "text/plain", "Invalid token", "localhost:6006 refused the spans: 401 Unauthorized — Invalid token. Phoenix does not know this API key: create one there under Settings → API keys", false)]
    [InlineData(401, "text/plain", "", "localhost:6006 refused the spans: 401 Unauthorized — Phoenix does not know this API key: create one there under Settings → API keys", false)]
    [InlineData(401, "application/json", """{"detail":"Invalid token"}""", "localhost:6006 refused the spans: 401 Unauthorized — Invalid token. Phoenix does not know this API key: create one there under Settings → API keys", false)]
    [InlineData(400, "application/json", """{"code":3""", """localhost:6006 refused the spans: 400 Bad Request — {"code":3""", false)]
    [InlineData(400, "application/json", "[1]", "localhost:6006 refused the spans: 400 Bad Request — [1]", false)]
    [InlineData(404, "text/html", "<html>…", "localhost:6006 refused the spans: 404 Not Found — nothing takes traces there; an OTLP/HTTP address usually ends in /v1/traces", false)]
    [InlineData(503, null, "", "localhost:6006 refused the spans: 503 Service Unavailable — it is overloaded or still starting", true)]
    [InlineData(502, "text/html", "<html>…", "localhost:6006 refused the spans: 502 Bad Gateway", true)]
    [InlineData(507, "text/plain", "disk full\r\nsorry", "localhost:6006 refused the spans: 507 Insufficient Storage — disk full sorry", false)]
    [InlineData(403, "text/plain", "key s3cret-key of tenant-token is bad", "localhost:6006 refused the spans: 403 Forbidden — key … of … is bad", false)]
    [InlineData(512, null, "", "localhost:6006 refused the spans: 512", false)]
    [InlineData(522, "text/html", "<html>…", "localhost:6006 refused the spans: 522 — a proxy answers, and reaches nothing behind it", true)]
    public void A_refusal(int status, string? mediaType, string body, string words, bool transient)
    {
        var answer = ExportAnswerReader.Read(Plan, (HttpStatusCode)status, mediaType, Encoding.UTF8.GetBytes(body));

        Assert.Equal((status, words, transient, false), (answer.Status, answer.Error, answer.IsTransient, answer.Accepted));
    }

    [Theory]
    [InlineData(6006, null, "", "Phoenix wants an API key: create one there under Settings → API keys")]
    [InlineData(443, null, "Invalid token", "Invalid token. Phoenix wants an API key: create one there under Settings → API keys")]
    [InlineData(443, null, "", "it wants an API key")]
    [InlineData(443, "s3cret", "no", "no. Check the API key")]
    public void A_missing_or_wrong_key(int port, string? key, string body, string words)
    {
        var plan = ExportPlan.From(new TelemetrySettings { Destination = new() { Endpoint = $"https://host:{port}/v1/traces", ApiKey = key } });
        var answer = ExportAnswerReader.Read(plan, HttpStatusCode.Unauthorized, "text/plain", Encoding.UTF8.GetBytes(body));

        Assert.Equal($"{plan.Host} refused the spans: 401 Unauthorized — {words}", answer.Error);
    }

    [Fact]
    public void A_refusal_in_protobuf()
    {
        // google.rpc.Status { code: 3, message: "bad" }
        var answer = ExportAnswerReader.Read(Plan, HttpStatusCode.BadRequest, "application/x-protobuf", [0x08, 3, 0x12, 3, (byte)'b', (byte)'a', (byte)'d']);

        Assert.Equal("localhost:6006 refused the spans: 400 Bad Request — bad", answer.Error);
    }

    [Fact]
    public void A_long_refusal_is_cut()
    {
        var answer = ExportAnswerReader.Read(Plan, HttpStatusCode.BadRequest, "text/plain", Encoding.UTF8.GetBytes(new string('x', 5000)));

        Assert.True(answer.Error!.Length < 400);
        Assert.EndsWith("x…", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x0A, 200, 1, 2 })]
    [InlineData(new byte[] { 0x0A, 0 })]
    public void An_acceptance_is_one_whatever_the_body(byte[] body)
    {
        var answer = ExportAnswerReader.Read(Plan, HttpStatusCode.OK, "application/x-protobuf", body);

        Assert.Equal((true, null, 0L), (answer.Accepted, answer.Error, answer.Rejected));
    }

    public static TheoryData<Exception, string, bool> Silences => new()
    {
        { new TaskCanceledException(), "No answer within 10 s from localhost:6006", true },
        { new HttpRequestException("no", new SocketException((int)SocketError.ConnectionRefused)), "Connection refused: nothing listens at localhost:6006", true },
        { new HttpRequestException(HttpRequestError.NameResolutionError), "No such host: localhost", true },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "tls", new AuthenticationException("certificate expired")), "No secure connection to localhost:6006 — certificate expired", true },
        { new HttpRequestException(HttpRequestError.ConnectionError, "no", new SocketException((int)SocketError.NetworkUnreachable)), "No connection to localhost:6006 — Network is unreachable", true },
        { new HttpRequestException(HttpRequestError.ResponseEnded), "localhost:6006 closed the connection without an answer", true },
        { new HttpRequestException(HttpRequestError.InvalidResponse), "localhost:6006 does not answer in HTTP; is the port right?", true },
        { new FormatException("bad header s3cret-key"), "The spans could not be sent to localhost:6006 — bad header …", false },
    };

    [Theory]
    [MemberData(nameof(Silences), DisableDiscoveryEnumeration = true)]
    public void A_silence(Exception failure, string words, bool transient)
    {
        var answer = ExportAnswerReader.Read(Plan, failure);

        Assert.Equal((null, words, transient), (answer.Status, answer.Error, answer.IsTransient));
    }
}
