using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export.Push;

/// <summary>Takes metrics and logs by OTLP on a loopback port, over HTTP or over gRPC, reads them field by field, and refuses them as a test says.</summary>
internal sealed class SignalReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConditionWaits _waits = new();

    private SignalReceiver(bool isGrpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.MapPost(isGrpc ? "/opentelemetry.proto.collector.{signal}.v1.{service}/Export" : "/v1/{signal}", context => TakeAsync(context, isGrpc));
    }

    public string Address => _app.Urls.Single();

    /// <summary>How a request is answered, by its signal, its number among those of that signal, from 1, and its body: an HTTP status, or one of gRPC.</summary>
    public Func<string, int, string, Task<int>>? Answer { get; set; }

    /// <summary>Each request that arrived: its signal, path and headers.</summary>
    public ConcurrentQueue<(string Signal, string Path, IReadOnlyDictionary<string, string> Headers)> Requests { get; } = new();

    /// <summary>The bodies that were taken, in plain protobuf.</summary>
    public ConcurrentQueue<(string Signal, byte[] Body)> Bodies { get; } = new();

    /// <summary>The metrics that were taken.</summary>
    public ConcurrentQueue<ReceivedMetric> Metrics { get; } = new();

    /// <summary>The log lines that were taken.</summary>
    public ConcurrentQueue<ReceivedLine> Lines { get; } = new();

    public static async Task<SignalReceiver> StartAsync(bool isGrpc = false)
    {
        var receiver = new SignalReceiver(isGrpc);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Returns when that is so, as each request that arrives or ends may make it.</summary>
    public Task WaitAsync(Func<bool> wanted) => _waits.WaitUntilAsync(wanted, CancellationToken.None);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context, bool isGrpc)
    {
        var (signal, headers) = ((string)context.Request.RouteValues["signal"]!, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var body = buffer.ToArray();
        var isZipped = isGrpc ? body[0] == 1 : headers.GetValueOrDefault("Content-Encoding") == "gzip";
        body = isGrpc ? body[5..] : body;
        body = isZipped ? Unzip(body) : body;
        Requests.Enqueue((signal, context.Request.Path, headers));
        _waits.LookAgain();
        var status = Answer is null ? (isGrpc ? 0 : 200) : await Answer(signal, Requests.Count(one => one.Signal == signal), Encoding.Latin1.GetString(body));
        if (status is 0 or 200)
        {
            Keep(signal, body);
        }

        context.Response.StatusCode = isGrpc ? 200 : status;
        context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
        if (isGrpc)
        {
            await context.Response.Body.WriteAsync(new byte[5]); // a message without fields
            context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
        }

        await context.Response.CompleteAsync();
        _waits.LookAgain();
    }

    private static byte[] Unzip(byte[] body)
    {
        using var plain = new MemoryStream();
        using var zipped = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        zipped.CopyTo(plain);
        return plain.ToArray();
    }

    // Export…ServiceRequest { resource_… = 1 { resource = 1 { attributes = 1 }; scope_… = 2 { scope = 1 { name = 1 }; … = 2 } } }
    private void Keep(string signal, byte[] body)
    {
        Bodies.Enqueue((signal, body));
        foreach (var ofResource in OtlpReceiverDecoder.Messages(body, 1))
        {
            var resource = OtlpReceiverDecoder.Attributes(OtlpReceiverDecoder.Messages(ofResource, 1).First(), 1);
            foreach (var ofScope in OtlpReceiverDecoder.Messages(ofResource, 2))
            {
                var scope = OtlpReceiverDecoder.Text(OtlpReceiverDecoder.Messages(ofScope, 1).First(), 1);
                foreach (var item in OtlpReceiverDecoder.Messages(ofScope, 2))
                {
                    if (signal == "metrics")
                    {
                        Metrics.Enqueue(ReceivedMetric.Read(item, scope, resource));
                    }
                    else
                    {
                        Lines.Enqueue(ReceivedLine.Read(item, scope, resource));
                    }
                }
            }
        }
    }
}

/// <summary>A metric: its points' labels with the value, or a histogram's count. The temporality of a gauge is 0; 2 is cumulative.</summary>
internal sealed record ReceivedMetric(string Name, int Temporality, IReadOnlyList<(Dictionary<string, object?> Labels, double Value)> Points, string Scope, IReadOnlyDictionary<string, object?> Resource)
{
    /// <summary>Since when its points count, in nanoseconds of Unix time.</summary>
    public IReadOnlyList<ulong> Starts { get; init; } = [];

    // Metric { name = 1; gauge = 5; sum = 7; histogram = 9 }, each { points = 1; temporality = 2 }
    public static ReceivedMetric Read(ReadOnlyMemory<byte> metric, string scope, Dictionary<string, object?> resource)
    {
        var (data, isHistogram) = new[] { 5, 7, 9 }.SelectMany(field => OtlpReceiverDecoder.Messages(metric, field).Select(data => (data, field == 9))).Single();
        return new(
            OtlpReceiverDecoder.Text(metric, 1),
            (int)OtlpReceiverDecoder.Number(data, 2),
            [.. OtlpReceiverDecoder.Messages(data, 1).Select(point => (OtlpReceiverDecoder.Attributes(point, isHistogram ? 9 : 7), ValueOf(point, isHistogram)))],
            scope,
            resource)
        {
            Starts = [.. OtlpReceiverDecoder.Messages(data, 1).Select(static point => OtlpReceiverDecoder.Number(point, 2))],
        };
    }

    // NumberDataPoint { as_double = 4; as_int = 6 }, HistogramDataPoint { count = 4 }
    private static double ValueOf(ReadOnlyMemory<byte> point, bool isHistogram) =>
        isHistogram ? OtlpReceiverDecoder.Number(point, 4)
        : OtlpReceiverDecoder.Number(point, 6) is > 0 and var whole ? whole
        : BitConverter.UInt64BitsToDouble(OtlpReceiverDecoder.Number(point, 4));
}

/// <summary>A log line.</summary>
internal sealed record ReceivedLine(string Text, string Severity, string TraceId, string SpanId, Dictionary<string, object?> Attributes, string Scope, IReadOnlyDictionary<string, object?> Resource, byte[] Whole)
{
    // LogRecord { severity_text = 3; body = 5; attributes = 6; trace_id = 9; span_id = 10 }
    public static ReceivedLine Read(ReadOnlyMemory<byte> line, string scope, Dictionary<string, object?> resource) => new(
        OtlpReceiverDecoder.Value(OtlpReceiverDecoder.Messages(line, 5).First()) as string ?? "",
        OtlpReceiverDecoder.Text(line, 3),
        OtlpReceiverDecoder.Hex(line, 9),
        OtlpReceiverDecoder.Hex(line, 10),
        OtlpReceiverDecoder.Attributes(line, 6),
        scope,
        resource,
        line.ToArray());
}
