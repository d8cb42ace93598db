using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>The ways on of a prompt that does not fit, each by its button, as far as the server.</summary>
[Collection("telemetry")]
public sealed class ContextCardTests : ChatTestBase, IAsyncLifetime
{
    private const string Model = "demo-small:latest";

    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        _rig = await ChatRig.StartAsync(_ollama.Address);
        _rig.Settings.Update(settings => settings with { Chat = settings.Chat with { WhenContextIsFull = ContextFull.Ask } });
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task The_larger_window_is_asked_for_on_the_wire_and_the_whole_prompt_is_read_in_it()
    {
        var refused = await RefusedAsync();

        var card = Draw(refused);
        Assert.Equal("Make the window 8,192 tokens", card.Find("[data-testid=context-enlarge]").TextContent);
        card.Find("[data-testid=context-enlarge]").Click();

        var reply = await _rig.EndAsync();
        Assert.Equal(MessageState.Complete, reply.State);
        Assert.Equal(refused.Stats!.Exceeded!.PromptTokens, reply.Stats!.InputTokens);
        await _rig.Servers.RefreshAsync(default);
        Assert.Equal(8_192, _rig.Servers.Status.Current.FindRunning(Model)!.ContextLength); // as the server took it from the request

        // For the chat from now on.
        Assert.True(_rig.Chat.Send(_rig.Conversation, "And now?", Model));
        await _rig.EndAsync();
        await _rig.Servers.RefreshAsync(default);
        Assert.Equal(8_192, _rig.Servers.Status.Current.FindRunning(Model)!.ContextLength);
    }

    [Fact]
    public async Task Let_Ollama_cut_holds_for_this_reply_alone()
    {
        Draw(await RefusedAsync()).Find("[data-testid=context-cut]").Click();

        var reply = await _rig.EndAsync();
        Assert.Equal(MessageState.Complete, reply.State);
        Assert.InRange(reply.Stats!.InputTokens!.Value, 1, 4_096);
        Assert.Null(_rig.Conversation.Parameters.NumCtx);
        Assert.Equal(MessageState.Failed, (await RefusedAsync()).State);
    }

    [Theory]
    [InlineData(12_288, "Make the window 12,288 tokens")]
    [InlineData(8_192, null)]
    public async Task Where_the_list_does_not_say_what_the_model_was_made_for_the_server_is_asked(int longest, string? offered)
    {
        await using var server = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.12.3"}""",
            "/api/tags" => """{"models":[{"name":"m:latest","digest":"d","size":1}]}""",
            "/api/show" => $$$"""{"model_info":{"general.architecture":"llama","llama.context_length":{{{longest}}}}}""",
            _ => "{}",
        }));
        await using var rig = await ChatRig.StartAsync(server.Address);
        await rig.Servers.RefreshAsync(default);
        Services.AddSingleton(rig.Servers);

        var card = Render<ContextCard>(parameters => parameters
            .Add(p => p.Excess, new ContextExcess(9_000, 4_096, HasOlder: false)).Add(p => p.Model, "m:latest").Add(p => p.OnChoose, static _ => { }));

        card.WaitForAssertion(() => Assert.Contains(server.Requests, static request => request.Path == "/api/show"));
        card.WaitForAssertion(() => Assert.Equal(offered, card.FindAll("[data-testid=context-enlarge]").SingleOrDefault()?.TextContent));
    }

    private async Task<MessageRecord> RefusedAsync()
    {
        Assert.True(_rig.Chat.Send(_rig.Conversation, string.Concat(Enumerable.Repeat("word ", 5_000)), Model));
        var refused = await _rig.EndAsync();
        Assert.NotNull(refused.Stats!.Exceeded);
        return refused;
    }

    // What the page does with the decision.
    private IRenderedComponent<AssistantMessage> Draw(MessageRecord refused) => Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, refused).Add(p => p.OnFit, decision =>
    {
        if (decision.NumCtx is { } tokens)
        {
            _rig.Conversation.SetParameters(_rig.Conversation.Parameters.With(ChatParameter.NumCtx, tokens));
        }

        Assert.True(_rig.Chat.Regenerate(_rig.Conversation, decision.ReplyId, Model, decision.How));
    }));
}
