using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>What the pipeline hands to the endpoints with a request.</summary>
internal static class RequestFeatures
{
    private static readonly object FaultKey = new();

    /// <summary>The fault that the request's header asks for; null where it has none.</summary>
    public static Fault? RequestedFault(this HttpContext context) => context.Items[FaultKey] as Fault;

    /// <summary>Reads the header once, so that an unknown name is refused on every path.</summary>
    public static Fault? ReadRequestedFault(this HttpContext context)
    {
        var name = context.Request.Headers[FaultCatalog.Header].ToString();
        var fault = name.Length == 0 ? null : FaultCatalog.Parse(name);
        context.Items[FaultKey] = fault;
        return fault;
    }
}
