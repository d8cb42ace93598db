using System.Text;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Thousands of streams, split and broken at random, the same ones in every run.</summary>
public class FuzzTests
{
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(string.Join("\r\n",
        Lines.Thinking("Let me think… 🤔"),
        Lines.Text("Grüße, \"Welt\" 🦙\n"),
        "",
        Lines.Calls("""[{"id":"c1","function":{"index":0,"name":"add","arguments":{"a":{"b":[1,2.5e3,null,true]},"ü":"\ud83e\udd99"}}},{"function":{"name":"now","arguments":"{}"}}]"""),
        """{"model":"m","message":{"role":"assistant","content":"x"},"logprobs":[{"token":"x","logprob":-0.1,"top_logprobs":[]}],"done":false}""",
        Lines.Done) + "\n");

    [Fact]
    public async Task However_a_stream_is_split_it_says_the_same()
    {
        var random = new Random(20260101);
        string expected = Describe(await ReadAsync(Answer, () => int.MaxValue));
        for (int i = 0; i < 3000; i++)
        {
            int largest = 1 + random.Next(40);
            Assert.Equal(expected, Describe(await ReadAsync(Answer, () => 1 + random.Next(largest))));
        }
    }

    [Fact]
    public async Task However_a_stream_is_broken_it_ends_with_an_answer_or_with_an_error_of_ours()
    {
        var random = new Random(20260102);
        var options = new OllamaClientOptions { MaxLineBytes = 4096 };
        int answers = 0, errors = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] body = Break(random);
            Exception? end = random.Next(8) == 0 ? new IOException("cut") : null;
            try
            {
                List<ChatResponseUpdate> updates = await ReadAsync(body, () => 1 + random.Next(200), options, end).WaitAsync(StreamExtensions.Guard);
                Assert.True(((OllamaChatChunk)updates[^1].RawRepresentation!).Done, "An end without done was taken for an answer.");
                answers++;
            }
            catch (OllamaException)
            {
                errors++;
            }
        }

        // Both do happen: the mutations are neither harmless nor hopeless.
        Assert.InRange(answers, 500, 9500);
        Assert.InRange(errors, 500, 9500);
    }

    [Fact]
    public async Task However_the_other_answers_are_broken_they_are_read_or_refused()
    {
        byte[][] bodies =
        [
            """{"models":[{"name":"m","modified_at":"2025-05-04T17:37:44.7-07:00","size":49,"details":{"families":null},"capabilities":["tools"],"expires_at":"2318-03-11T14:05:06Z","context_length":8192}]}"""u8.ToArray(),
            """{"version":"0.33.0","license":"MIT","model_info":{"general.architecture":"m","m.context_length":5},"capabilities":["tools"]}"""u8.ToArray(),
            "{\"status\":\"pulling\",\"total\":5,\"completed\":1}\n{\"status\":\"success\"}\n"u8.ToArray(),
        ];
        var random = new Random(20260103);
        for (int i = 0; i < 3000; i++)
        {
            byte[] body = Mutate(bodies[random.Next(bodies.Length)], random);
            using var client = new OllamaClient(OllamaEndpoint.Default, new PiecesHandler(body, () => 1 + random.Next(100)));
            foreach (Func<Task> call in new Func<Task>[]
            {
                () => client.GetVersionAsync(), () => client.ListModelsAsync(), () => client.ListRunningModelsAsync(), () => client.ShowModelAsync("m"),
                () => client.PullModelAsync("m").CollectAsync(),
            })
            {
                try
                {
                    await call().WaitAsync(StreamExtensions.Guard);
                }
                catch (OllamaException)
                {
                    // One of the two ways in which it may end.
                }
            }
        }
    }

    private static byte[] Break(Random random)
    {
        byte[] body = Answer;
        for (int times = random.Next(4); times >= 0; times--)
        {
            body = Mutate(body, random);
        }

        return body;
    }

    private static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = new List<byte>(body);
        int at = random.Next(bytes.Count + 1), length = Math.Min(random.Next(1, 60), bytes.Count - at);
        switch (random.Next(7))
        {
            case 0:
                bytes.RemoveRange(at, length);
                break;
            case 1:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                byte[] noise = new byte[random.Next(1, 20)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case 4:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(new[] { "\n", "\\u", "\\ud83e", "\"", "{", "}", "]", "null", "\uFEFF", "1e999", "\0", "{\"error\":\"e\"}\n", new string('[', 100) }[random.Next(13)]));
                break;
            case 5:
                bytes.InsertRange(at, new byte[random.Next(5000)]);
                break;
            default:
                if (length > 0)
                {
                    bytes[at] = (byte)random.Next(256);
                }

                break;
        }

        return [.. bytes];
    }

    private static async Task<List<ChatResponseUpdate>> ReadAsync(byte[] body, Func<int> nextSize, OllamaClientOptions? options = null, Exception? end = null)
    {
        using var client = new OllamaClient(OllamaEndpoint.Default, new PiecesHandler(body, nextSize, end), options);
        using var chat = new OllamaChatClient(client, "m") { RecoversTextToolCalls = true };
        return await chat.GetStreamingResponseAsync("a").ToListAsync();
    }

    /// <summary>Everything but the ids, which are new in every answer.</summary>
    private static string Describe(IEnumerable<ChatResponseUpdate> updates) => string.Join('|', updates.Select(update =>
        $"{string.Join('+', update.Contents.Select(content => content switch
        {
            TextContent text => text.Text,
            TextReasoningContent thinking => $"({thinking.Text})",
            FunctionCallContent call => $"{call.Name}[{string.Join(',', call.Arguments!.Select(argument => $"{argument.Key}={argument.Value}"))}]",
            UsageContent usage => $"{usage.Details.InputTokenCount}/{usage.Details.OutputTokenCount}",
            _ => content.GetType().Name,
        }))} {update.FinishReason} {update.CreatedAt:O}"));
}
