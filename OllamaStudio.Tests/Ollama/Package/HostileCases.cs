using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Ollama.Lines;
using static OllamaStudio.Tests.Ollama.Package.HostileCase;

namespace OllamaStudio.Tests.Ollama.Package;

/// <summary>The rows of the table in <c>docs/ollama-client.md</c>, each as its plainest example; the tests that a row names hold the others.</summary>
internal static class HostileCases
{
    private const string Add = """[{"id":"c1","function":{"name":"add","arguments":{"a":1}}}]""";
    private const string Exceeded = """{"error":{"code":400,"message":"request (7810 tokens) exceeds the available context size (4096 tokens)","type":"exceed_context_size_error","n_prompt_tokens":7810,"n_ctx":4096}}""";

    public static IEnumerable<HostileCase> All() =>
    [
        Drip(1, Text("Hi"), Done),
        Drip(2, Text("🦙"), Done),
        Drip(3, Text("a\"b"), Done),
        HostileCase.Lines(4, Text("a"), Text("b"), Done),
        Raw(5, $"{Text("a")}\r\n{Done}\r\n"),
        HostileCase.Lines(6, Text("a"), "", Done),
        Raw(7, $"{Text("a")}\n{Done}"),
        Raw(8, $"\uFEFF{Text("a")}\n{Done}\n"),
        HostileCase.Lines(9, """{"error":"model requires more system memory"}"""),
        HostileCase.Lines(10, Text("a"), """{"error":"an error was encountered"}"""),
        HostileCase.Lines(11, """{"model":"m","message":{"role":"assistant","content":"a"},"error":"runner died","done":true}"""),
        HostileCase.Lines(12, Text("a"), """{"error":"{\"error\":{\"message\":\"CUDA out of memory\"}}"}"""),
        HostileCase.Lines(13, Text("a")),
        Cut(14),
        HostileCase.Lines(15, Text("a"), Done, Text("more")),
        HostileCase.Lines(16, Text(new string('x', (8 * 1024 * 1024) + 1)), Done),
        HostileCase.Lines(17, """{"model":"m","new":{"a":[1]},"message":{"role":"assistant","content":"a","mood":[]},"done":true,"done_reason":"bored","prompt_eval_count":1,"eval_count":2}"""),
        HostileCase.Lines(18, """{"model":"m","message":null,"done":false}""", Done),
        HostileCase.Lines(19, Calls("""[{"function":{"name":"add","arguments":"{\"a\":1}"}}]"""), Done),
        HostileCase.Lines(20, Calls(Add), Done.Replace("\"content\":\"\"", $"\"content\":\"\",\"tool_calls\":{Add}", StringComparison.Ordinal)),
        HostileCase.Lines(21, Message("""{"role":"assistant","content":"a","thinking":"b"}"""), Done),
        HostileCase.Lines(22, """{"model":"m","message":{"role":"assistant","content":"a"},"done":true}"""),
        HostileCase.Lines(23, """{"model":"m","message":{"role":"assistant","content":"a"},"done":true,"prompt_eval_count":"26","eval_count":2}"""),
        HostileCase.Lines(24, Message("""{"role":"assistant","content":"a\ud83e"}"""), Done),
        Raw(25, Done),
        Status(26, 200, ""),
        Status(27, 200, "<!DOCTYPE html><html><head><title>Router</title></head></html>"),
        Status(28, 503, """{"error":"server busy, please try again.  maximum pending requests exceeded"}"""),
        Redirects(29, loops: false),
        new(30, async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($"{Text("a")}\n{Done}\n"));
        }),
        Drip(31, Text("Hi"), Done),
        Cancelled(32),
        Status(33, 200, "") with { NobodyListens = true },
        Query(34, Call.Running, """{"models":[{"name":"m","model":"m","size":1,"size_vram":1,"digest":"d","expires_at":"2318-03-11T14:05:06.123456789Z","context_length":8192}]}"""),
        Query(35, Call.Show, """{"details":{"families":null},"model_info":{}}"""),
        HostileCase.Lines(36, """{"status":"pulling manifest"}""") with { Call = Call.Pull },
        HostileCase.Lines(37, """{"model":"m","message":{"role":"assistant","content":"a","content":"b"},"done":false,"done":true,"eval_count":1,"eval_count":2,"prompt_eval_count":3}"""),
        HostileCase.Lines(38, Text("a"), Done),
        Query(39, Call.WholeChat, Text("a")),
        HostileCase.Lines(40, """{"model":"m","message":{"role":"assistant","content":"a"},"done":true,"prompt_eval_count":26,"prompt_eval_cached_count":0,"eval_count":2}"""),
        Query(41, Call.Tags, """{"models":[{"name":"m","model":"m","modified_at":"2025-05-04T17:37:44Z","size":1,"digest":"d","details":{},"remote_host":"https://ollama.com:443"}]}"""),
        HostileCase.Lines(42, """{"model":"m","message":{"role":"","content":""},"load_progress":0.5,"done":false}""", Text("a"), Done),
        new(43, async context =>
        {
            await context.Response.WriteAsync("""{"models":[""");
            string model = "{\"name\":\"" + new string('m', 1024 * 1024) + "\"},";
            for (int i = 0; i < 65; i++)
            {
                await context.Response.WriteAsync(model);
            }

            await context.Response.WriteAsync("""{"name":"m"}]}""");
        })
        {
            Call = Call.Tags,
        },
        Redirects(44, loops: true),
        Status(45, 400, $$"""{"error":"{{Exceeded.Replace("\"", "\\\"", StringComparison.Ordinal)}}"}"""),
        Status(46, 500, """{"error":"an error was encountered while running the model: unexpected EOF"}"""),
    ];

    // As a proxy sends http to https: what it was about is a GET after it.
    private static HostileCase Redirects(int number, bool loops) => new(number, async context =>
    {
        if (loops || context.Request.Path != "/elsewhere")
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "/elsewhere";
            return;
        }

        await context.Response.WriteLinesAsync(Text("a"), Done);
    });

    private static HostileCase Cut(int number)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(number, async context =>
        {
            await context.Response.WriteLinesAsync(Text("a"));
            await seen.Task;
            context.Abort();
        })
        {
            Seen = seen,
        };
    }

    /// <summary>The server says one thing, and the next only when the reader has cancelled.</summary>
    private static HostileCase Cancelled(int number)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(number, async context =>
        {
            await context.Response.WriteLinesAsync(Text("a"));
            await cancelled.Task;
            await context.Response.WriteLinesAsync(Done);
        })
        {
            Cancelled = cancelled,
        };
    }
}
