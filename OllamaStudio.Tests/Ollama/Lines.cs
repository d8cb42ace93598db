using System.Text.Json;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Lines as Ollama's <c>/api/chat</c> sends them.</summary>
internal static class Lines
{
    public const string Done = """{"model":"m","created_at":"2025-06-01T10:00:01.123456789Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":5000000000,"load_duration":1000000000,"prompt_eval_count":26,"prompt_eval_duration":500000000,"eval_count":298,"eval_duration":3400000000}""";

    public static string Text(string text) => Message($$"""{"role":"assistant","content":{{JsonSerializer.Serialize(text)}}}""");

    public static string Thinking(string text) => Message($$"""{"role":"assistant","content":"","thinking":{{JsonSerializer.Serialize(text)}}}""");

    public static string Calls(string calls) => Message($$"""{"role":"assistant","content":"","tool_calls":{{calls}}}""");

    public static string Message(string message) => $$"""{"model":"m","created_at":"2025-06-01T10:00:00.123456789Z","message":{{message}},"done":false}""";
}
