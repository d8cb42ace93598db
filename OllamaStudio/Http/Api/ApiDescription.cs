using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Http.Api;

/// <summary>What the OpenAPI document says of answers that no return type tells.</summary>
internal static class ApiDescription
{
    private const string Ok = "200";

    /// <summary>Adds it to an operation, and says in words what the statuses mean.</summary>
    public static async Task CompleteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (operation.Responses is not { } responses)
        {
            return;
        }

        Describe(responses, "401", "The access token is missing or wrong.");
        Describe(responses, "503", "The store cannot be read now; the title says why. Try again in a moment.");
        if (!responses.TryGetValue(Ok, out var answered) || answered is not OpenApiResponse { Content: { } content } ok)
        {
            return;
        }

        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<FollowedBy>().FirstOrDefault() is { } followed)
        {
            ok.Description = "A page; where follow is true, what is new from now on as NDJSON: one such object a line, until the caller leaves.";
            content["application/x-ndjson"] = new OpenApiMediaType { Schema = await context.GetOrCreateSchemaAsync(followed.Line, parameterDescription: null, cancellationToken) };
        }

        if (metadata.OfType<WholeConversation>().Any())
        {
            content["application/json"] = new OpenApiMediaType
            {
                Schema = OpenApiModelFactory.Parse<OpenApiSchema>(ConversationJson.ReadSchema().ToJsonString(), OpenApiSpecVersion.OpenApi3_1, context.Document ?? new OpenApiDocument(), out _, "json"),
            };
        }
    }

    private static void Describe(OpenApiResponses responses, string status, string words)
    {
        if (responses.TryGetValue(status, out var response))
        {
            response.Description = words;
        }
    }
}

/// <summary>The address answers with NDJSON, too.</summary>
/// <param name="Line">What a line is.</param>
internal sealed record FollowedBy(Type Line);

/// <summary>The address answers with a conversation as it is exported.</summary>
internal sealed record WholeConversation;
