using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Lab;

/// <summary>What is copied of a model call asks exactly what the client sends, whatever stands in its messages.</summary>
public sealed class RequestTextTests
{
    private const string Answer = """{"model":"m","message":{"role":"assistant","content":"Hi"},"done":true}""";

    /// <summary>What quoting could stumble over, of the shell, of an .http file, and of C#.</summary>
    private const string Hard =
        "It's \"quoted\" $HOME `id` $(id) \\n \\ !! %PATH% {{name}} {{{x}}} \"\"\"\"\" #\n### GET /x\nJSON\n'JSON'\n< file\r\t\u0000\u001b\u0085\u2028\u2029\ufeff é 漢 😀 </script> \ud83d";

    private static RecordedCall Call(string text, string server = "http://localhost:11434/") => new(
        new ModelCallRequest
        {
            Model = "demo-small:latest",
            Messages = [new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, text)],
            Options = new JsonObject { ["temperature"] = 0.2, ["seed"] = 7, ["think"] = "low", ["num_ctx"] = 4096, ["stop"] = new JsonArray("END") },
            Tools = [new OfferedTool("get_time", "Tells the time.", System.Text.Json.JsonElement.Parse("""{"type":"object","properties":{}}"""))],
        },
        new Uri(server), RecordedReply.Unknown);

    [Fact]
    public async Task The_body_is_what_the_client_sends()
    {
        await using var server = await ScriptedServer.StreamAsync(Answer);
        var request = Call(Hard).Request;
        using var client = new OllamaClient(server.Endpoint);
        await foreach (var _ in new OllamaChatClient(client).GetStreamingResponseAsync(request.Messages, request.ToChatOptions()))
        {
        }

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(server.Request.Body), JsonNode.Parse(request.ToJson())), server.Request.Body + "\n" + request.ToJson());
        Assert.Contains("\"truncate\": false", request.ToJson(), StringComparison.Ordinal);
        Assert.Contains("é 漢 😀", request.ToJson().Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task The_shell_hands_the_body_to_curl_unchanged()
    {
        var call = Call(Hard + new string('x', 200_000));
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var shell = Process.Start(start)!;
        var (output, arguments) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.StandardInput.WriteAsync("curl() { printf '%s\\n' \"$@\" >&2; cat; }\n" + RequestText.Curl(call));
        shell.StandardInput.Close();

        Assert.Equal(call.Request.ToJson() + "\n", await output);
        Assert.Equal(["--silent", "--show-error", "--no-buffer", "http://localhost:11434/api/chat", "-H", "Content-Type: application/json", "--data-binary", "@-"], (await arguments).TrimEnd('\n').Split('\n'));
        await shell.WaitForExitAsync();
    }

    [Fact]
    public void Nothing_in_an_http_file_is_taken_for_a_variable_a_comment_or_a_file()
    {
        var call = Call(Hard);
        var lines = RequestText.HttpFile(call).Split('\n');
        var body = Array.IndexOf(lines, "");

        Assert.Equal(["### demo-small:latest", "POST http://localhost:11434/api/chat", "Content-Type: application/json"], lines[..body]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(call.Request.ToJson()), JsonNode.Parse(string.Join('\n', lines[body..]))));
        Assert.DoesNotContain(lines[body..], static line => line.Contains("{{", StringComparison.Ordinal) || line.StartsWith('#') || line.StartsWith('<'));
    }

    [Fact]
    public async Task The_test_in_CSharp_compiles_and_asks_the_same()
    {
        await using var server = await ScriptedServer.StreamAsync(Answer);
        var call = Call(Hard, server.Address.AbsoluteUri);

        var test = Compile(RequestText.CSharpTest(call));
        await (Task)test.GetMethod("The_model_answers_to_the_end")!.Invoke(Activator.CreateInstance(test), null)!;

        Assert.Equal("/api/chat", server.Request.Path);
        Assert.Equal(call.Request.ToJson(), server.Request.Body);
    }

    [Fact]
    public async Task The_test_in_CSharp_fails_where_the_reply_is_not_whole()
    {
        await using var server = await ScriptedServer.StreamAsync("""{"model":"m","message":{"role":"assistant","content":"H"},"done":false}""");
        var test = Compile(RequestText.CSharpTest(Call("Hi", server.Address.AbsoluteUri)));

        await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(() => (Task)test.GetMethod("The_model_answers_to_the_end")!.Invoke(Activator.CreateInstance(test), null)!);
    }

    [Fact]
    public void A_key_is_a_variable_and_only_where_Ollama_asks_for_one()
    {
        var cloud = Call("Hi", "https://ollama.com/");
        Assert.Contains("-H \"Authorization: Bearer $OLLAMA_API_KEY\"", RequestText.Curl(cloud), StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer {{$processEnv OLLAMA_API_KEY}}", RequestText.HttpFile(cloud), StringComparison.Ordinal);
        Assert.Contains("GetEnvironmentVariable(\"OLLAMA_API_KEY\")", RequestText.CSharpTest(cloud), StringComparison.Ordinal);
        Compile(RequestText.CSharpTest(cloud));

        foreach (var server in new[] { "http://localhost:11434/", "https://models.example/", "http://ollama.com/" })
        {
            Assert.DoesNotContain("OLLAMA_API_KEY", RequestText.Curl(Call("Hi", server)) + RequestText.HttpFile(Call("Hi", server)) + RequestText.CSharpTest(Call("Hi", server)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_missing_stands_above_it_as_a_comment()
    {
        var call = Call("Hi") with { Notes = ["Only the last message\nwas captured."] };

        Assert.StartsWith("# Only the last message was captured.\ncurl ", RequestText.Curl(call), StringComparison.Ordinal);
        Assert.StartsWith("# Only the last message was captured.\n###", RequestText.HttpFile(call), StringComparison.Ordinal);
        Assert.StartsWith("// Only the last message was captured.\nusing", RequestText.CSharpTest(call), StringComparison.Ordinal);
    }

    private static Type Compile(string source)
    {
        var references = AppDomain.CurrentDomain.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!.ToString()!.Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Repro" + Guid.NewGuid().ToString("N"), [CSharpSyntaxTree.ParseText(source)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics) + "\n" + source);
        return Assembly.Load(assembly.ToArray()).GetType("ModelCallTests", throwOnError: true)!;
    }
}
