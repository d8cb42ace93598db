using Microsoft.Net.Http.Headers;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Http;

/// <summary>
/// The images that tools returned and people attached, each at an address of its own, so that megabytes do not travel as text over every page's
/// circuit. Who asks has to know an id that cannot be guessed, and has to be a page of ours.
/// </summary>
public static class ToolImages
{
    /// <summary><c>/tool-images/{id}</c>: the image; 404 where it is not kept (any more), or is of a kind that is not shown.</summary>
    public static IEndpointRouteBuilder MapToolImages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet($"/{ToolImageAddress.Path}/{{id}}", (string id, HttpContext context, Conversations conversations, DraftAttachments drafts) =>
        {
            // What waits to be stored first: it is stored before it is let go.
            if ((drafts.FindImage(id) ?? conversations.FindImage(id)) is not { } image || ToolImageAddress.Of(image) is null)
            {
                return Results.NotFound();
            }

            ReadOnlyMemory<byte> data;
            try
            {
                data = image.Read();
            }
            catch (IOException)
            {
                return Results.NotFound();
            }

            var headers = context.Response.Headers;
            headers.ContentDisposition = "inline";
            headers.XContentTypeOptions = "nosniff";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";

            // What a conversation holds stays out of the browser's files.
            headers[HeaderNames.CacheControl] = "no-store";
            return Results.Bytes(data, image.MediaType);
        });
        return endpoints;
    }
}
