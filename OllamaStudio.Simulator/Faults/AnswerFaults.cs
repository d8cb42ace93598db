using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Faults;

/// <summary>Takes the request and says nothing, not even a status, until the client leaves or <paramref name="longest"/> is over.</summary>
internal sealed class SilenceFault(TimeSpan longest) : Fault
{
    public override async Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken)
    {
        await Task.Delay(longest, options.Time, cancellationToken);
        throw new ConnectionCutException();
    }
}

/// <summary>A proxy's web page where JSON was expected.</summary>
internal sealed class HtmlFault(int status, string title) : Fault
{
    public override async Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Text.Html;
        await context.Response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html>
            <head><title>{title}</title></head>
            <body>
            <h1>{title}</h1>
            <p>This page comes from the demo server, in the part of a proxy between you and Ollama.</p>
            </body>
            </html>

            """,
            cancellationToken);
        return true;
    }
}

/// <summary>Ollama's answer when its queue is full.</summary>
internal sealed class BusyFault : Fault
{
    public override Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken) =>
        throw new WireException(503, "server busy, please try again.  maximum pending requests exceeded");
}
