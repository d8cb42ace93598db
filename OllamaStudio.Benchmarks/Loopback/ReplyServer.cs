using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OllamaStudio.Benchmarks.Replies;

namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>Answers every request on a free port of 127.0.0.1 with the recorded reply.</summary>
internal sealed class ReplyServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ReplyServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts one.</summary>
    public static async Task<ReplyServer> StartAsync(Framing framing)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        WebApplication app = builder.Build();
        app.Run(context => AnswerAsync(context, framing));
        await app.StartAsync();
        return new ReplyServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, Framing framing)
    {
        context.Response.ContentType = "application/x-ndjson";
        if (framing is Framing.OneWrite)
        {
            await context.Response.BodyWriter.WriteAsync(RecordedReply.Bytes, context.RequestAborted);
            return;
        }

        foreach (var line in RecordedReply.Lines)
        {
            await context.Response.BodyWriter.WriteAsync(line, context.RequestAborted);
        }
    }
}
