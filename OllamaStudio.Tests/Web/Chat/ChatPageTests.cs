using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>What a person presses on the page of a chat, over the real service and a simulated server of 4,096 tokens a window.</summary>
[Collection("telemetry")]
public sealed class ChatPageTests : ChatTestBase, IAsyncLifetime
{
    private const string Small = "demo-small:latest";
    private const string Able = "demo-tools:latest";
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    private readonly StoreFixture _files = new();
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        var source = new Weather();
        _rig = await ChatRig.StartAsync(_ollama.Address, [source]);
        var box = new ToolBox([source]);
        var (time, store, settings) = (TimeProvider.System, _rig.Store, _rig.Settings);
        var (capabilities, ratios, kept) = (new ModelCapabilities(_rig.Servers), new TokenRatios(), new ConversationStore(_files.Database, _files.Writer, _files.Folder));
        var tools = new ChatTools(box, capabilities);
        ComponentFactories.AddStub<ConversationList>();
        ComponentFactories.AddStub<ConversationExport>();
        ComponentFactories.AddStub<ServerBanner>();
        ComponentFactories.AddStub<ModelPicker>();
        ComponentFactories.AddStub<ParametersMenu>();
        Services.AddMudBlazor();
        Services.AddSingleton(_rig.Servers);
        Services.AddSingleton(_rig.Chat);
        Services.AddSingleton(store);
        Services.AddSingleton<ISettings>(settings);
        Services.AddSingleton(new NewChatParameters());
        Services.AddSingleton(new Drafts(kept, store));
        Services.AddSingleton(new DraftAttachments(kept, store));
        Services.AddSingleton<ICallStore>(Calls);
        Services.AddSingleton(box);
        Services.AddSingleton(capabilities);
        Services.AddSingleton(new ContextMeter(settings, _rig.Servers, tools, ratios, time));
        Services.AddSingleton(new PromptPreview(settings, _rig.Servers, tools, store, ratios, time));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
        await _files.DisposeAsync();
    }

    [Fact]
    public async Task A_larger_window_is_for_the_model_that_needs_it_though_another_is_the_chats()
    {
        Conversation.SetParameters(ChatParameters.None.With(ChatParameter.NumCtx, 32_768));
        await SayAsync(Long(5_000), Able);
        Assert.Equal(MessageState.Complete, Last.State);
        Conversation.SetParameters(ChatParameters.None);
        Assert.True(_rig.Chat.RegenerateWith(Conversation, Last.Id, Small));
        Assert.Equal((MessageState.Failed, Small), ((await _rig.EndAsync()).State, Last.Model));

        await PressAsync(Draw(), "[data-testid=context-enlarge]");

        Assert.Equal((MessageState.Complete, Small, Able), (Last.State, Last.Model, Conversation.Model));
        Assert.Equal("8192", Conversation.Parameters.TextOf(ChatParameter.NumCtx));
        Assert.True(Last.Stats!.InputTokens > 5_000);
    }

    [Fact]
    public async Task A_retry_asks_the_model_that_failed_unless_another_was_picked_since()
    {
        await SayAsync("error-mid-stream", Small);
        Assert.True(_rig.Chat.RegenerateWith(Conversation, Last.Id, "demo-faults:latest"));
        Assert.Equal(MessageState.Failed, (await _rig.EndAsync()).State);
        var page = Draw();

        await PressAsync(page, ".retry");
        Assert.Equal((MessageState.Failed, "demo-faults:latest", Small), (Last.State, Last.Model, Conversation.Model));

        Conversation.SelectModel(Able);
        await PressAsync(page, ".retry");
        Assert.Equal((MessageState.Complete, Able), (Last.State, Last.Model));
    }

    [Fact]
    public async Task A_reply_that_cannot_go_on_for_want_of_room_gets_the_card_and_goes_on_in_a_larger_window()
    {
        Conversation.SetParameters(ChatParameters.Read("""{"num_ctx":32768,"num_predict":20}"""));
        await SayAsync(Long(5_000), Small);
        var cut = Last;
        Assert.Equal("length", cut.FinishReason);
        Conversation.SetParameters(ChatParameters.None);
        var page = Draw();
        await PressAsync(page, "[data-testid=message-continue]");
        Assert.Equal((MessageState.Interrupted, cut.Text), (Last.State, Last.Text));

        page.WaitForElement("[data-testid=context-card]", s_guard);
        Assert.StartsWith("Your message, with this reply so far, has 5,", page.Find("[data-testid=context-card] p").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-testid=message-continue], [data-testid=error-banner], [title^='The studio stopped']"));
        await PressAsync(page, "[data-testid=context-enlarge]");

        Assert.Equal(MessageState.Complete, Last.State);
        Assert.StartsWith(cut.Text, Last.Text, StringComparison.Ordinal);
        Assert.True(Last.Text.Length > cut.Text.Length);
    }

    [Fact]
    public async Task The_gauges_lever_switches_off_every_tool_of_the_chat()
    {
        Assert.True(_rig.Chat.Send(Conversation, "Hello", Able));
        await _rig.EndAsync();
        var page = Draw();

        await page.InvokeAsync(page.FindComponent<ContextGauge>().Instance.OnToolsOff.InvokeAsync);

        Assert.Equal(["test/weather", "test/note"], Conversation.DisabledTools.OrderDescending());
    }

    [Fact]
    public async Task What_is_picked_for_a_new_chat_holds_after_a_reload_until_its_first_message_and_on_other_pages_as_it_was_there()
    {
        var first = Render<ChatPage>();
        await first.InvokeAsync(() => first.FindComponent<Stub<ModelPicker>>().Instance.Parameters.Get(picker => picker.OnSelect).InvokeAsync(Able));
        await first.InvokeAsync(() => first.FindComponent<ToolsMenu>().Instance.OnSwitch.InvokeAsync(("test/weather", false)));

        var again = Render<ChatPage>();
        var other = Render<ChatPage>();
        Assert.Equal(Able, Picked(again));
        Assert.Equal(["test/weather"], again.FindComponent<ToolsMenu>().Instance.Disabled);
        Assert.True(await again.InvokeAsync(() => again.FindComponent<Composer>().Instance.OnSubmit("short")));

        var begun = _rig.Store.Find(new Uri(Services.GetRequiredService<NavigationManager>().Uri).Segments[^1])!;
        Assert.Equal(Able, begun.Model);
        Assert.Equal(["test/weather"], begun.DisabledTools);
        Assert.Empty(Render<ChatPage>().FindComponent<ToolsMenu>().Instance.Disabled);
        Assert.Equal(["test/weather"], other.FindComponent<ToolsMenu>().Instance.Disabled); // nobody switched it on there
        _rig.Chat.Stop(begun);

        static string? Picked(IRenderedComponent<ChatPage> page) => page.FindComponent<Stub<ModelPicker>>().Instance.Parameters.Get(picker => picker.Model);
    }

    [Fact]
    public async Task Where_a_preset_says_which_tools_are_off_what_is_switched_holds_in_its_place()
    {
        Assert.True(_rig.Chat.Send(Conversation, "Hello", Able));
        await _rig.EndAsync();
        Conversation.SetParameters(ChatParameters.None.WithToolsOff(["test/weather"]));
        var page = Draw();
        Assert.Equal(["test/weather"], page.FindComponent<ToolsMenu>().Instance.Disabled);

        await page.InvokeAsync(() => page.FindComponent<ToolsMenu>().Instance.OnSwitch.InvokeAsync(("test/weather", true)));
        await page.InvokeAsync(() => page.FindComponent<ToolsMenu>().Instance.OnSwitch.InvokeAsync(("test/note", false)));

        Assert.Equal([], Conversation.Parameters.ToolsOff!);
        Assert.Equal(["test/note"], Conversation.DisabledTools);
        page.WaitForAssertion(() => Assert.Equal(["test/note"], page.FindComponent<ToolsMenu>().Instance.Disabled), s_guard);

        // No preset, and the default says something: what was switched off by hand stays off.
        Conversation.SetParameters(Conversation.Parameters.Cleared());
        _rig.Settings.Update(static settings => settings with
        {
            Chat = settings.Chat with { ModelDefaults = [new ParameterSet { Name = Able, Parameters = ChatParameters.None.WithToolsOff(["test/weather"]).ToTexts() }] },
        });
        page.WaitForAssertion(() => Assert.Equal(["test/note", "test/weather"], page.FindComponent<ToolsMenu>().Instance.Disabled.Order()), s_guard);
    }

    private Conversation Conversation => _rig.Conversation;

    private MessageRecord Last => Conversation.Messages[^1];

    private static string Long(int words) => "first" + string.Concat(Enumerable.Repeat(" word", words));

    private IRenderedComponent<ChatPage> Draw() => Render<ChatPage>(parameters => parameters.Add(p => p.Id, Conversation.Id));

    private async Task SayAsync(string prompt, string model)
    {
        Assert.True(_rig.Chat.Send(Conversation, prompt, model));
        await _rig.EndAsync();
    }

    // The next reply stands beside this one.
    private async Task PressAsync(IRenderedComponent<ChatPage> page, string what)
    {
        var before = Last.Id;
        page.WaitForElement(what, s_guard);
        await page.InvokeAsync(() => page.Find(what).Click());
        await _rig.UntilAsync(messages => messages[^1].Id != before && !messages[^1].IsStreaming);
    }

    private sealed class Weather : IToolSource
    {
        public IReadOnlyList<StudioTool> Tools { get; } =
        [
            new StudioTool { Function = AIFunctionFactory.Create((string city) => "sun", "weather", "Says what the weather is in a city."), Source = "test" },
            new StudioTool { Function = AIFunctionFactory.Create((string text) => "", "note", "Writes a note."), Source = "test" },
        ];

        public event Action? Changed { add { } remove { } }
    }
}
