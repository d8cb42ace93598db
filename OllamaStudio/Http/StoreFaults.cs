using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Http;

/// <summary>What an address answers where the store cannot be read.</summary>
internal static class StoreFaults
{
    /// <summary>
    /// Says so, with 503, before anything of the answer was sent. Afterwards the exception goes on, and the connection is cut: a part never looks like the whole.
    /// </summary>
    public static async ValueTask<object?> TellAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var response = context.HttpContext.Response;
        try
        {
            return await next(context);
        }
        catch (StoreUnreadableException fault) when (!response.HasStarted)
        {
            response.Clear();
            return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: fault.Message);
        }
    }
}
