using Microsoft.AspNetCore.Http;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>An Ollama with one model that can everything, and that answers a chat as a test tells it to.</summary>
internal static class HardOllama
{
    /// <summary>The line that ends an answer.</summary>
    public const string Done =
        """{"model":"hard","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":1000000,"eval_count":3,"eval_duration":1000}""";

    /// <summary>Starts it.</summary>
    /// <param name="chat">Writes the answer to <c>/api/chat</c>.</param>
    public static Task<ScriptedServer> StartAsync(Func<HttpResponse, Task> chat) => ScriptedServer.StartAsync(context => context.Request.Path.Value switch
    {
        "/api/chat" => ChatAsync(context.Response, chat),
        "/api/version" => JsonAsync(context.Response, """{"version":"0.33.0"}"""),
        "/api/tags" => JsonAsync(context.Response, """{"models":[{"name":"hard:latest","model":"hard:latest","size":1,"digest":"a","details":{"families":null},"capabilities":["completion","tools","thinking"]}]}"""),
        "/api/show" => JsonAsync(context.Response, """{"details":{},"model_info":{},"capabilities":["completion","tools","thinking"]}"""),
        "/api/ps" => JsonAsync(context.Response, """{"models":[]}"""),
        _ => context.Response.WriteAsync("Ollama is running"),
    });

    /// <summary>A line of an answer. The text is put in as it stands: it is JSON already.</summary>
    public static string Said(string text, string kind = "content") =>
        $$$"""{"model":"hard","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","{{{kind}}}":"{{{text}}}"},"done":false}""";

    /// <summary>A line that calls a tool.</summary>
    public static string Called(string tool) =>
        $$$$"""{"model":"hard","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"{{{{tool}}}}","arguments":{}}}]},"done":false}""";

    private static Task ChatAsync(HttpResponse response, Func<HttpResponse, Task> chat)
    {
        response.ContentType = "application/x-ndjson";
        return chat(response);
    }

    private static Task JsonAsync(HttpResponse response, string json)
    {
        response.ContentType = "application/json; charset=utf-8";
        return response.WriteAsync(json);
    }
}
