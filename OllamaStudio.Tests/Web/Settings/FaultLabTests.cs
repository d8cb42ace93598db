using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor;
using MudBlazor.Services;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Settings;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Settings;

/// <summary>The lab in front of a demo that really runs.</summary>
public sealed class FaultLabTests : BunitContext, IAsyncLifetime
{
    private readonly FakeSettings _settings = new();
    private readonly DemoServer _demo = new(TimeProvider.System);
    private readonly OllamaServers _servers;

    public FaultLabTests()
    {
        Choose(ServerChoice.Demo);
        _servers = new OllamaServers(_settings, _demo, static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        Services.AddSingleton(_servers);
        Services.AddSingleton<IFaultLab>(_demo);
        Services.AddMudServices(static options => options.PopoverOptions.CheckForPopoverProvider = false);
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public async Task A_fault_is_armed_for_the_next_message_and_cleared_again()
    {
        var lab = await OpenAsync();
        Assert.Equal("off", Armed(lab).GetAttribute("data-state"));

        await ChooseAsync(lab, "cut");
        lab.Find("form").Submit();

        lab.WaitForAssertion(() => Assert.Equal("cut is on for the next message.", Armed(lab).TextContent.Trim()));
        Assert.Equal(new StandingFault("cut", Requests: 1), _demo.Armed);

        Find(lab, "fault-clear").Click();

        lab.WaitForAssertion(() => Assert.Equal("off", Armed(lab).GetAttribute("data-state")));
        Assert.Null(_demo.Armed);
    }

    [Fact]
    public async Task A_fault_stands_until_it_is_switched_off_with_its_number()
    {
        var lab = await OpenAsync();

        await ChooseAsync(lab, "cut");
        Find(lab, "fault-amount").Input("5");
        Find(lab, "fault-standing").Click();
        lab.Find("form").Submit();

        lab.WaitForAssertion(() => Assert.Equal("cut=5 is on until it is switched off.", Armed(lab).TextContent.Trim()));
        Assert.Equal(new StandingFault("cut", Amount: 5), _demo.Armed);
    }

    [Fact]
    public async Task A_busy_server_is_busy_for_every_attempt_at_the_next_message()
    {
        var lab = await OpenAsync();

        await ChooseAsync(lab, "busy-503");
        lab.Find("form").Submit();

        lab.WaitForAssertion(() => Assert.Equal(1 + new OllamaClientOptions().MaxRetries, _demo.Armed?.Requests));
        Assert.Equal("busy-503 is on for the next message.", Armed(lab).TextContent.Trim());
    }

    [Fact]
    public async Task A_number_out_of_range_is_told_and_arms_nothing()
    {
        var lab = await OpenAsync();

        await ChooseAsync(lab, "cut");
        Find(lab, "fault-amount").Input("0");
        lab.Find("form").Submit();

        Assert.Equal("true", Find(lab, "fault-amount").GetAttribute("aria-invalid"));
        Assert.Contains("from 1 to 64,000,000", lab.Markup, StringComparison.Ordinal);
        Assert.Null(_demo.Armed);
    }

    [Fact]
    public async Task While_ollama_answers_the_lab_says_so_and_offers_the_demo()
    {
        Choose(ServerChoice.Ollama);
        var lab = await OpenAsync();

        Find(lab, "fault-use-demo").Click();

        lab.WaitForAssertion(() => Assert.Empty(lab.FindAll("[data-testid='fault-lab-ollama']")));
        Assert.Equal(ServerKind.Demo, _servers.Status.Active);
    }

    [Fact]
    public async Task What_is_armed_is_shown_when_the_page_is_opened_again()
    {
        await _demo.ArmAsync(_demo.Faults.Single(static fault => fault.Name == "slow-load"), 3000, once: false, CancellationToken.None);

        var lab = await OpenAsync();

        Assert.StartsWith("slow-load: ", Find(lab, "fault-select").GetAttribute("value"), StringComparison.Ordinal);
        Assert.Equal("3000", Find(lab, "fault-amount").GetAttribute("value"));
        Assert.True(Find(lab, "fault-standing").HasAttribute("checked"));
    }

    [Fact]
    public async Task The_banner_of_the_chat_names_the_fault_and_clears_it()
    {
        await _servers.RefreshAsync(CancellationToken.None);
        var banner = Render<ServerBanner>();
        Assert.DoesNotContain("fault lab", banner.Markup, StringComparison.Ordinal);

        await _demo.ArmAsync(_demo.Faults.Single(static fault => fault.Name == "no-done"), null, once: true, CancellationToken.None);

        banner.WaitForAssertion(() => Assert.Contains("no-done for the next message", banner.Find("[data-testid='demo-banner']").TextContent, StringComparison.Ordinal));
        banner.Find("[data-testid='banner-fault-clear']").Click();
        banner.WaitForAssertion(() => Assert.DoesNotContain("fault lab", banner.Markup, StringComparison.Ordinal));
        Assert.Null(_demo.Armed);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _servers.Dispose();
        await _demo.DisposeAsync();
    }

    private void Choose(ServerChoice choice) =>
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = "http://127.0.0.1:9", Server = choice } });

    private async Task<IRenderedComponent<FaultLabPage>> OpenAsync()
    {
        await _servers.RefreshAsync(CancellationToken.None);
        return Render<FaultLabPage>();
    }

    private static Task ChooseAsync(IRenderedComponent<FaultLabPage> lab, string fault) =>
        lab.InvokeAsync(() => lab.FindComponent<MudSelect<string>>().Instance.SelectOption(fault));

    private static IElement Find(IRenderedComponent<FaultLabPage> lab, string testId) => lab.Find($"[data-testid='{testId}']");

    private static IElement Armed(IRenderedComponent<FaultLabPage> lab) => Find(lab, "fault-armed");
}
