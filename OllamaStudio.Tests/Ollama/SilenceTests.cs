using System.Threading.Channels;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>A model that loads for minutes: whoever waits is told, and nothing is cut.</summary>
public class SilenceTests
{
    [Fact]
    public async Task Silence_before_the_first_word_and_after_it_is_reported_and_the_answer_still_comes()
    {
        var time = new ManualTime();
        TaskCompletionSource arrived = new(), load = new(), begun = new(), goOn = new();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            arrived.SetResult();
            await load.Task;
            await context.Response.WriteLinesAsync(Lines.Text("Hi"));
            await goOn.Task;
            await context.Response.WriteLinesAsync(Lines.Done);
        });
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { Time = time, SilenceNotice = TimeSpan.FromSeconds(20) });
        var silence = new Notices();
        using var chat = new OllamaChatClient(client, "m") { Silence = silence };
        var updates = new List<ChatResponseUpdate>();

        Task reading = Task.Run(async () =>
        {
            await foreach (ChatResponseUpdate update in chat.GetStreamingResponseAsync("a"))
            {
                updates.Add(update);
                begun.TrySetResult();
            }
        });
        await arrived.Task.WaitAsync(StreamExtensions.Guard);
        time.Advance(TimeSpan.FromSeconds(45));
        time.Advance(TimeSpan.FromMinutes(10));
        load.SetResult();
        await begun.Task.WaitAsync(StreamExtensions.Guard);
        time.Advance(TimeSpan.FromSeconds(20));
        goOn.SetResult();
        await reading.WaitAsync(StreamExtensions.Guard);

        OllamaSilence[] notices = [.. silence.All];
        Assert.Equal([new(TimeSpan.FromSeconds(20), false), new(TimeSpan.FromSeconds(40), false)], notices[..2]);
        Assert.Equal(new OllamaSilence(TimeSpan.FromSeconds(20), true), notices[^1]);
        Assert.Equal(33, notices.Length);
        Assert.Equal("Hi", updates.ToChatResponse().Text);
    }

    [Fact]
    public async Task A_listener_that_fails_costs_nobody_the_answer()
    {
        var time = new ManualTime();
        var arrived = new TaskCompletionSource();
        var load = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            arrived.SetResult();
            await load.Task;
            await context.Response.WriteLinesAsync(Lines.Done);
        });
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { Time = time });

        Task reading = client.ChatStreamAsync(new OllamaChatRequest { Model = "m" }, new Notices { Fails = true }).CollectAsync();
        await arrived.Task.WaitAsync(StreamExtensions.Guard);
        time.Advance(TimeSpan.FromMinutes(1));
        load.SetResult();

        await reading.WaitAsync(StreamExtensions.Guard);
    }

    private sealed class Notices : IProgress<OllamaSilence>
    {
        private readonly Channel<OllamaSilence> _all = Channel.CreateUnbounded<OllamaSilence>();

        public bool Fails { get; init; }

        public IEnumerable<OllamaSilence> All
        {
            get
            {
                while (_all.Reader.TryRead(out OllamaSilence? notice))
                {
                    yield return notice;
                }
            }
        }

        public void Report(OllamaSilence value)
        {
            if (Fails)
            {
                throw new InvalidOperationException("no ears");
            }

            _all.Writer.TryWrite(value);
        }
    }
}
