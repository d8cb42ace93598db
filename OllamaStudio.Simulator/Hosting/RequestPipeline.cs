using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Endpoints;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>What happens around every endpoint: the host check, faults asked for by header, errors, and the count of what runs.</summary>
internal sealed class RequestPipeline(Routes routes, SimulatorOptions options, SimulatorActivity activity, CancellationToken stopping)
{
    private static readonly HashSet<string> Counted = new(StringComparer.Ordinal) { "/api/chat", "/api/generate", "/api/embed", "/api/pull", "/api/create" };

    private static readonly TimeSpan BeforeCut = TimeSpan.FromMilliseconds(100);

    public async Task HandleAsync(HttpContext context)
    {
        if (!HostGuard.Allows(context.Request.Host))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var path = context.Request.Path.Value ?? "";
        if (!Counted.Contains(path))
        {
            await RunAsync(context, path);
            return;
        }

        var client = context.RequestAborted;
        activity.Start();
        try
        {
            await RunAsync(context, path);
        }
        finally
        {
            activity.End(path, cancelledByClient: client.IsCancellationRequested && !stopping.IsCancellationRequested);
        }
    }

    private async Task RunAsync(HttpContext context, string path)
    {
        // Endpoints see one token, for a client that leaves and for a server that stops.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.RequestAborted = ending.Token;
        try
        {
            // Look-ups know the faults that answer in the endpoint's place; models meet all of them, in their endpoint.
            if (ReadFault(context) is not { } fault || path is "/api/chat" or "/api/generate" || !await fault.AnswerAsync(context, options, ending.Token))
            {
                await routes.DispatchAsync(context);
            }
        }
        catch (WireException error) when (!context.Response.HasStarted)
        {
            await WireAnswers.WriteErrorAsync(context, error);
        }
        catch (ConnectionCutException)
        {
            // An abort throws away what the socket has not sent yet, and what came before the cut should arrive.
            await Task.Delay(BeforeCut, options.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // Nobody is there to read an end.
            context.Abort();
        }
    }

    /// <summary>The fault that the header asks for, left to the endpoint as a feature; an unknown name is refused on every path.</summary>
    private static Fault? ReadFault(HttpContext context)
    {
        var name = context.Request.Headers[FaultCatalog.Header].ToString();
        var fault = name.Length == 0 ? null : FaultCatalog.Parse(name);
        context.Features.Set(fault);
        return fault;
    }
}
