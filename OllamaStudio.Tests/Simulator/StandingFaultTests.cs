using OllamaStudio.Simulator;
using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Tests.Simulator;

public sealed class StandingFaultTests
{
    private const int Ok = 200;
    private const int Busy = 503;

    [Fact]
    public async Task A_standing_fault_meets_the_next_requests_and_then_none()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Server.StandingFault = new StandingFault("busy-503", Requests: 2);

        Assert.Equal(Busy, await AskAsync(host));
        Assert.Equal(Busy, await AskAsync(host));
        Assert.Equal(Ok, await AskAsync(host));
        Assert.Null(host.Server.StandingFault);
    }

    [Fact]
    public async Task Without_a_number_of_requests_it_stands_until_it_is_switched_off()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Server.StandingFault = new StandingFault("busy-503");

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Busy, await AskAsync(host));
        }

        host.Server.StandingFault = null;
        Assert.Equal(Ok, await AskAsync(host));
    }

    [Fact]
    public async Task It_meets_generate_as_well_as_chat()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Server.StandingFault = new StandingFault("busy-503", Requests: 1);

        var (status, _) = await host.PostAsync("/api/generate", """{"model":"demo-small","prompt":"Hello"}""");

        Assert.Equal(Busy, status);
    }

    [Fact]
    public async Task A_fault_that_the_request_asks_for_goes_before_it_and_does_not_use_it_up()
    {
        await using var host = await SimulatorHost.StartAsync();
        var standing = new StandingFault("busy-503", Requests: 1);
        host.Server.StandingFault = standing;

        var (byHeader, _) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "Hello"), "html-502");
        var (byPrompt, _) = await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-faults", "html-502"));

        Assert.Equal((502, 502), (byHeader, byPrompt));
        Assert.Equal(standing, host.Server.StandingFault);
    }

    [Fact]
    public async Task Look_ups_and_loading_neither_meet_it_nor_use_it_up()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Server.StandingFault = new StandingFault("html-502", Requests: 1);

        var tags = await host.GetAsync("/api/tags");
        var (loading, _) = await host.PostAsync("/api/generate", """{"model":"demo-small"}""");

        Assert.NotEmpty(tags["models"]!.AsArray());
        Assert.Equal(Ok, loading);
        Assert.NotNull(host.Server.StandingFault);
    }

    [Fact]
    public async Task Its_number_is_that_of_the_header()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Server.StandingFault = new StandingFault("no-done", Amount: 3, Requests: 1);

        Assert.Equal(3, (await host.ChatAsync("demo-small", "Hello")).Count);
    }

    [Fact]
    public async Task Of_many_requests_at_once_it_meets_exactly_as_many_as_were_asked_for()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Server.StandingFault = new StandingFault("busy-503", Requests: 7);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(host)));

        Assert.Equal(7, answers.Count(static status => status == Busy));
    }

    [Theory]
    [InlineData("explode", null, null)]
    [InlineData("cut", 0, null)]
    [InlineData("cut", DemoFault.LargestAmount + 1, null)]
    [InlineData("html-502", 3, null)]
    [InlineData("cut", null, 0)]
    public async Task What_makes_no_sense_is_refused_and_what_stood_before_stays(string name, int? amount, int? requests)
    {
        await using var host = await SimulatorHost.StartAsync();
        var before = new StandingFault("cut");
        host.Server.StandingFault = before;

        Assert.Throws<ArgumentException>(() => host.Server.StandingFault = new StandingFault(name, amount, requests));
        Assert.Equal(before, host.Server.StandingFault);
    }

    [Fact]
    public async Task Every_change_is_told_the_last_one_after_the_fault_is_used_up()
    {
        await using var host = await SimulatorHost.StartAsync();
        var seen = new List<int?>();
        host.Server.StandingFaultChanged += () => seen.Add(host.Server.StandingFault?.Requests);

        host.Server.StandingFault = new StandingFault("busy-503", Requests: 2);
        await AskAsync(host);
        await AskAsync(host);
        await AskAsync(host);

        Assert.Equal([2, 1, null], seen);
    }

    [Fact]
    public void Every_fault_is_listed_with_what_its_number_means()
    {
        Assert.Equal(FaultCatalog.All.Select(static entry => entry.Name), SimulatorServer.Faults.Select(static fault => fault.Name));
        Assert.All(SimulatorServer.Faults, static fault => Assert.Equal(fault.Unit is null, fault.DefaultAmount is null));
    }

    private static async Task<int> AskAsync(SimulatorHost host) => (await host.PostAsync("/api/chat", SimulatorHost.Ask("demo-small", "Hello"))).Status;
}
