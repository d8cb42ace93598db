using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Takes traces by OTLP over gRPC on a loopback port, as "gRPC over HTTP2" has it, and refuses them as a test says.</summary>
internal sealed class GrpcReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", TakeAsync);
    }

    public string Address => _app.Urls.Single();

    /// <summary>How the next ones are answered: status and message; the last one stays.</summary>
    public ConcurrentQueue<(int Status, string Message)> Answers { get; } = new([(0, "")]);

    /// <summary>The spans that were taken.</summary>
    public ConcurrentQueue<OtlpReceiverSpan> Spans { get; } = new();

    /// <summary>The headers of each request.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = new();

    public static async Task<GrpcReceiver> StartAsync(params (int Status, string Message)[] answers)
    {
        var receiver = new GrpcReceiver();
        if (answers.Length > 0)
        {
            receiver.Answers.Clear();
            Array.ForEach(answers, receiver.Answers.Enqueue);
        }

        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(headers);
        using var framed = new MemoryStream();
        await context.Request.Body.CopyToAsync(framed);
        var bytes = framed.ToArray();
        Assert.Equal(bytes.Length - 5, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)));
        Answers.TryPeek(out var answer);
        if (Answers.Count > 1)
        {
            Answers.TryDequeue(out answer);
        }

        context.Response.ContentType = "application/grpc";
        if (answer.Status == 0)
        {
            foreach (var span in OtlpReceiverDecoder.Decode(bytes[0] == 1 ? Unzip(bytes) : bytes.AsMemory(5), headers))
            {
                Spans.Enqueue(span);
            }

            await context.Response.Body.WriteAsync(new byte[5]); // a message without fields
        }

        context.Response.AppendTrailer("grpc-status", $"{answer.Status}");
        context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(answer.Message));
    }

    private static byte[] Unzip(byte[] framed)
    {
        using var plain = new MemoryStream();
        using var zipped = new GZipStream(new MemoryStream(framed, 5, framed.Length - 5), CompressionMode.Decompress);
        zipped.CopyTo(plain);
        return plain.ToArray();
    }
}
