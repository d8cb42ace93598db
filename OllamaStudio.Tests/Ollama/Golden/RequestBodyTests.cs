using System.Text;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>30 requests, byte for byte, in <c>requests.txt</c>. How it is written anew: <see cref="GoldenFiles"/>.</summary>
public class RequestBodyTests
{
    /// <summary>Throws for what is no UTF-8, so that equal text is equal bytes.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public async Task Every_request_is_sent_as_it_was()
    {
        Assert.Equal(30, RequestCases.All.Select(one => one.Name).Distinct().Count());
        var lines = new List<string>();
        foreach ((string name, Func<OllamaChatClient, Task> send) in RequestCases.All)
        {
            var server = new AnswersHandler(AnswersHandler.Says(Lines.Done));
            using var client = new OllamaClient(OllamaEndpoint.Default, server);
            using var chat = new OllamaChatClient(client, "m");
            await send(chat);
            (string line, byte[] body) = Assert.Single(server.Requests);
            lines.AddRange([$"[{name}] {line}", Strict.GetString(body)]);
        }

        await GoldenFiles.WriteIfAskedAsync("requests.txt", "What the client sends for each case of RequestCases.cs.", lines);

        await GoldenFiles.CompareAsync("requests.txt", lines);
    }
}
