using Microsoft.OpenApi;

namespace OllamaStudio.Http.Api;

/// <summary>The studio's read-only HTTP API, for scripts and other programs. The access guard asks for the token here as everywhere.</summary>
public static class Api
{
    private const string Root = "/api/v1";

    /// <summary>Adds what describes it.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddOpenApi("v1", static options =>
        {
            options.ShouldInclude = static description => description.RelativePath?.StartsWith(Root[1..], StringComparison.Ordinal) is true;
            options.AddDocumentTransformer(static (document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = "OllamaStudio", Version = "v1", Description = "What the studio knows, to be read. What cannot be parsed is answered with 400 as problem+json: the parameter, the reason and, in a query, the place." };
                document.Servers = []; // whoever reads it knows the address
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
                document.Components.SecuritySchemes["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The studio's access token." };
                document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(ApiDescription.CompleteAsync);
            options.AddOperationTransformer(static (operation, _, _) =>
            {
                // They are read by hand, for the sake of the reasons; they are numbers and times nonetheless.
                foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
                {
                    parameter.Schema = parameter.Name switch
                    {
                        "limit" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "1000", Default = 100 },
                        "from" or "to" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
                        "follow" => new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false },
                        _ => parameter.Schema,
                    };
                }

                return Task.CompletedTask;
            });
        });
        return services;
    }

    /// <summary>Maps it, and <c>openapi.json</c> that describes it.</summary>
    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi(Root + "/openapi.json");
        var api = endpoints.MapGroup(Root).AddEndpointFilter(StoreFaults.TellAsync)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        Described<ApiPage<ApiTrace>>(api.MapGet("/traces", TraceApi.ReadTracesAsync), "Traces, newest first").WithMetadata(new FollowedBy(typeof(ApiTrace)));
        Described<ApiPage<ApiSpan>>(api.MapGet("/spans", TraceApi.ReadSpansAsync), "Spans of the traces that are asked for").WithMetadata(new FollowedBy(typeof(ApiSpan)));
        Described<ApiPage<ApiConversation>>(api.MapGet("/conversations", ConversationApi.ReadAll), "Conversations, the one that changed last first");
        api.MapGet("/conversations/{id}", ConversationApi.ReadOneAsync).WithSummary("A conversation, whole").WithMetadata(new WholeConversation())
            .Produces(StatusCodes.Status200OK, contentType: "application/json").ProducesProblem(StatusCodes.Status404NotFound);
        Described<ApiStats>(api.MapGet("/stats", ConversationApi.ReadStats), "What the studio holds");
        return endpoints;

        static RouteHandlerBuilder Described<T>(RouteHandlerBuilder endpoint, string summary) => endpoint.WithSummary(summary).Produces<T>().ProducesProblem(StatusCodes.Status400BadRequest);
    }
}
