using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat;

/// <summary>What a turn asks of the server beside the chat itself, by the requests that a real server sees; and what its failure says in the log.</summary>
[Collection("telemetry")]
public sealed class CostOfATurnTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly RecordingLogger<ChatService> _log = new();
    private readonly TaskCompletionSource _looks = new();
    private ScriptedServer _ollama = null!;
    private ChatRig _rig = null!;
    private string _loaded = "";
    private int _expected;
    private TaskCompletionSource _all = new();
    private bool _looksHang;

    public async Task InitializeAsync()
    {
        // As Ollama before 0.30, which does not list what its models can do.
        _ollama = await ScriptedServer.StartAsync(async context =>
        {
            if (_expected > 0 && _ollama.Requests.Count == _expected)
            {
                _all.TrySetResult();
            }

            switch (context.Request.Path.Value)
            {
                case "/api/chat":
                    _loaded = context.RequestBody().Contains("\"other:latest\"", StringComparison.Ordinal) ? "other:latest" : "one:latest";
                    await context.Response.WriteLinesAsync(
                        $$"""{"model":"{{_loaded}}","message":{"role":"assistant","content":"Good morning."},"done":false}""",
                        $$"""{"model":"{{_loaded}}","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}""");
                    break;
                case "/api/show":
                    await context.Response.WriteAsync("""{"capabilities":["completion","tools"]}""");
                    break;
                case "/api/tags":
                    await context.Response.WriteAsync("""{"models":[{"name":"one:latest","digest":"1"},{"name":"other:latest","digest":"2"}]}""");
                    break;
                case "/api/ps":
                    await (_looksHang ? _looks.Task : Task.CompletedTask);
                    await context.Response.WriteAsync(_loaded.Length == 0 ? """{"models":[]}""" : $$"""{"models":[{"name":"{{_loaded}}"}]}""");
                    break;
                default:
                    await context.Response.WriteAsync("""{"version":"0.29.0"}""");
                    break;
            }
        });
        _rig = await ChatRig.StartAsync(_ollama.Address, log: _log);
        _ollama.Requests.Clear();
    }

    public async Task DisposeAsync()
    {
        _looks.TrySetResult();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task A_turn_costs_no_request_more_once_its_model_is_known_and_two_where_it_changed()
    {
        Assert.Equal(["/api/chat", "/api/ps", "/api/show"], await TurnAsync("one:latest", requests: 3));
        Assert.True(_rig.Servers.Status.Current.IsLoaded("one"));
        Assert.Equal(["/api/chat"], await TurnAsync("one:latest", requests: 1));
        Assert.Equal(["/api/chat", "/api/ps", "/api/show"], await TurnAsync("other:latest", requests: 3));
        Assert.Equal(["/api/chat", "/api/ps"], await TurnAsync("one:latest", requests: 2));
    }

    [Fact]
    public async Task A_turn_never_waits_for_a_look()
    {
        _looksHang = true;
        var look = _rig.Servers.RefreshAsync(default);

        _rig.Chat.Send(_rig.Conversation, "Hello", "one:latest");
        await _rig.EndAsync();

        Assert.False(look.IsCompleted);
        Assert.Equal("Good morning.", _rig.Conversation.Messages[^1].Text);
    }

    [Fact]
    public async Task A_failure_outside_the_model_call_is_logged_without_its_words_but_at_trace()
    {
        _rig.Client = static (_, _) => throw new InvalidOperationException("the secret of ann@example.org");

        _rig.Chat.Send(_rig.Conversation, "Hello", "one:latest");
        await _rig.EndAsync();

        var (level, text) = Assert.Single(_log.Lines, line => line.Level > LogLevel.Trace);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains(nameof(InvalidOperationException), text, StringComparison.Ordinal);
        Assert.Contains(nameof(IChatPipeline.Create), text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("secret", Assert.Single(_log.Lines, line => line.Level is LogLevel.Trace).Text, StringComparison.Ordinal);
    }

    // The paths asked for until the turn has ended and so many requests came.
    private async Task<string[]> TurnAsync(string model, int requests)
    {
        (_expected, _all) = (requests, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _ollama.Requests.Clear();
        Assert.True(_rig.Chat.Send(_rig.Conversation, "Hello", model));
        await _rig.EndAsync();
        await _all.Task.WaitAsync(Guard);
        string[] paths = [.. _ollama.Requests.Select(request => request.Path).Order(StringComparer.Ordinal)];

        // It waits for a look that was asked for; nothing but its own three requests may follow.
        await _rig.Servers.RefreshAsync(default);
        Assert.Equal(requests + 3, _ollama.Requests.Count);
        return paths;
    }
}
