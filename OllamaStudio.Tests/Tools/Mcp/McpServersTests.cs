using System.Diagnostics;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Server;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools.Mcp;

public sealed class McpServersTests
{
    [Fact]
    public async Task A_server_is_connected_to_and_says_who_it_is_and_what_it_can()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));

        var status = await mcp.ReadyAsync("own");

        Assert.Equal(("in-process", "1.2.3"), (status.Info?.ServerName, status.Info?.ServerVersion));
        Assert.NotNull(status.Info?.ProtocolVersion);
        Assert.Equal(["echo", "fail", "meta", "picture", "slow"], mcp.Servers.Tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.Equal("own", mcp.Tool("echo").Source);
        Assert.Equal("Says it again.", mcp.Tool("echo").Function.Description);
        Assert.True(mcp.Tool("echo").Function.JsonSchema.GetProperty("properties").TryGetProperty("message", out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task That_a_tool_only_reads_is_believed_of_a_trusted_server_alone(bool trusts)
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own") with { TrustsReadOnly = trusts });
        await mcp.ReadyAsync("own");

        Assert.Equal((trusts, false), (mcp.Tool("echo").IsReadOnly, mcp.Tool("fail").IsReadOnly));
    }

    [Fact]
    public async Task Always_is_said_to_what_runs_and_not_to_its_name()
    {
        async Task<string> IdAsync(McpServerSettings settings)
        {
            await using var server = new InProcessServer();
            await using var mcp = await McpFixture.StartAsync(server.Transports, servers: settings);
            await mcp.ReadyAsync(settings.Name);
            return mcp.Tool("echo").ApprovalId;
        }

        var files = McpFixture.Server("files") with { Arguments = ["a", "b"] };
        var id = await IdAsync(files);

        Assert.Equal(id, await IdAsync(files with { Name = "renamed", CallTimeoutSeconds = 5, TrustsReadOnly = true }));
        Assert.NotEqual(id, await IdAsync(files with { Command = "another" }));
        Assert.NotEqual(id, await IdAsync(files with { Arguments = ["a b"] }));
        Assert.NotEqual(id, await IdAsync(files with { Transport = McpTransport.Http, Url = "http://localhost:3001/mcp" }));
    }

    [Fact]
    public async Task A_tool_is_called_and_its_text_is_a_text()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));
        await mcp.ReadyAsync("own");

        Assert.Equal("Echo: hi", await mcp.CallAsync("echo", ("message", "hi")));
    }

    [Fact]
    public async Task An_image_comes_as_its_bytes_between_the_texts()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));
        await mcp.ReadyAsync("own");

        var parts = Assert.IsType<List<AIContent>>(await mcp.CallAsync("picture"));

        Assert.Equal("A dot.", Assert.IsType<TextContent>(parts[0]).Text);
        var image = Assert.IsType<DataContent>(parts[1]);
        Assert.Equal("image/png", image.MediaType);
        Assert.Equal(InProcessServer.Picture, image.Data.ToArray());
    }

    [Fact]
    public async Task A_call_that_the_server_says_failed_fails_in_the_servers_words()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));
        await mcp.ReadyAsync("own");

        var failure = await Assert.ThrowsAsync<McpToolException>(() => mcp.CallAsync("fail"));

        Assert.Equal("No such city: Atlantis.", failure.Message);
        Assert.Equal(McpServerState.Ready, mcp.Status("own").State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task A_tool_that_does_not_answer_is_given_up_and_told_so(string? protocol)
    {
        var time = new ManualTime();
        await using var server = new InProcessServer { ProtocolVersion = protocol };
        await using var mcp = await McpFixture.StartAsync(server.Transports, time, McpFixture.Server("own") with { CallTimeoutSeconds = 90 });
        await mcp.ReadyAsync("own");
        var runner = new ToolRunner(new TurnTools { Tools = [mcp.Tool("slow") with { IsReadOnly = true }] }, time);

        var call = runner.RunAsync(new FunctionCallContent("c1", "slow"), refusal: null, CancellationToken.None);
        await server.SlowEntered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(89));
        Assert.False(server.SlowCancelled.Task.IsCompleted);
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Error: slow did not answer within 90 s and was given up.", (await call.WaitAsync(TimeSpan.FromSeconds(30))).Text);
        await server.SlowCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("Echo: still here", await mcp.CallAsync("echo", ("message", "still here")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task A_person_who_stops_a_call_ends_it_at_the_server_and_it_is_no_failure(string? protocol)
    {
        await using var server = new InProcessServer { ProtocolVersion = protocol };
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));
        await mcp.ReadyAsync("own");
        using var stop = new CancellationTokenSource();

        var call = mcp.CallAsync("slow", stop.Token);
        await server.SlowEntered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await server.SlowCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task Tools_that_the_server_adds_and_removes_are_followed(string? protocol)
    {
        await using var server = new InProcessServer { ProtocolVersion = protocol };
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));
        await mcp.ReadyAsync("own");
        var changes = 0;
        mcp.Servers.Changed += () => Interlocked.Increment(ref changes);

        server.Tools.Add(McpServerTool.Create(() => "new", new() { Name = "added" }));

        await mcp.UntilAsync("own", status => status.Info?.Tools.Any(tool => tool.Name == "added") is true);
        Assert.Equal("new", await mcp.CallAsync("added"));
        Assert.True(server.Tools.TryGetPrimitive("fail", out var fail) && server.Tools.Remove(fail));
        await mcp.UntilAsync("own", status => status.Info?.Tools.Any(tool => tool.Name == "fail") is false);
        Assert.True(Volatile.Read(ref changes) >= 2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task A_tool_that_comes_while_the_server_is_being_connected_is_not_missed(string? protocol)
    {
        await using var server = new InProcessServer { ProtocolVersion = protocol };
        server.AfterFirstList = () => server.Tools.Add(McpServerTool.Create(() => "new", new() { Name = "added" }));
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));

        await mcp.UntilAsync("own", status => status.Info?.Tools.Any(tool => tool.Name == "added") is true);
    }

    [Fact]
    public async Task The_trace_of_the_call_goes_along_to_the_server()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, servers: McpFixture.Server("own"));
        await mcp.ReadyAsync("own");

        using (var span = new Activity("execute_tool meta").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            span.TraceStateString = "shop=1";
            span.SetBaggage("session.id", "one two");
            await mcp.CallAsync("meta");

            Assert.Equal(span.Id, server.Meta?["traceparent"]?.GetValue<string>());
            Assert.Equal("shop=1", server.Meta?["tracestate"]?.GetValue<string>());
            Assert.Equal("session.id = one%20two", server.Meta?["baggage"]?.GetValue<string>());
            Assert.Equal("tools/call", span.GetTagItem("mcp.method.name"));
            Assert.Equal(mcp.Status("own").Info?.ProtocolVersion, span.GetTagItem("mcp.protocol.version"));
            Assert.Equal("own", span.GetTagItem("mcp.server.name"));
            Assert.Equal("pipe", span.GetTagItem("network.transport"));
        }

        await mcp.CallAsync("meta");
        Assert.Null(server.Meta?["traceparent"]);
    }

    [Fact]
    public async Task A_server_that_dies_is_said_to_have_and_comes_back_with_its_tools()
    {
        var time = new ManualTime();
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, time, McpFixture.Server("own"));
        await mcp.ReadyAsync("own");

        await server.KillAsync();

        var failed = await mcp.FailedAsync("own");
        Assert.Empty(mcp.Servers.Tools);
        Assert.NotNull(failed.Error);
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(1), failed.NextAttempt);
        time.Advance(TimeSpan.FromSeconds(1));
        await mcp.ReadyAsync("own");
        Assert.Equal("Echo: again", await mcp.CallAsync("echo", ("message", "again")));
    }

    [Fact]
    public async Task Attempts_come_less_and_less_often_up_to_a_minute_and_begin_anew_after_a_stable_minute()
    {
        var time = new ManualTime();
        await using var server = new InProcessServer { Refuses = true };
        await using var mcp = await McpFixture.StartAsync(server.Transports, time, McpFixture.Server("own"));
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            var next = time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
            var failed = await mcp.UntilAsync("own", status => status.NextAttempt > time.GetUtcNow());
            Assert.Equal(next, failed.NextAttempt);
            Assert.Equal("The server refuses.", failed.Error);
            time.Advance(TimeSpan.FromSeconds(seconds));
        }

        await mcp.UntilAsync("own", status => status.NextAttempt > time.GetUtcNow());
        server.Refuses = false;
        mcp.Servers.Retry("own");
        await mcp.ReadyAsync("own");
        time.Advance(TimeSpan.FromMinutes(1));
        await server.KillAsync();

        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(1), (await mcp.FailedAsync("own")).NextAttempt);
    }

    [Fact]
    public async Task A_change_of_one_server_leaves_the_others_connected()
    {
        await using var first = new InProcessServer();
        await using var second = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(
            (server, line) => (server.Name == "first" ? first : second).Transports(server, line), null, McpFixture.Server("first"), McpFixture.Server("second"));
        await mcp.ReadyAsync("first");
        await mcp.ReadyAsync("second");

        Change(mcp, servers => [servers[0], servers[1] with { CallTimeoutSeconds = 5 }]);
        await mcp.UntilAsync("second", _ => second.Connections == 2);
        await mcp.ReadyAsync("second");
        Change(mcp, servers => [servers[0], servers[1] with { Enabled = false }]);
        await mcp.UntilAsync("second", status => status.State is McpServerState.Off);

        Assert.Equal(1, first.Connections);
        Assert.All(mcp.Servers.Tools, tool => Assert.Equal("first", tool.Source));
        Change(mcp, servers => [servers[1]]);
        await mcp.UntilAsync("second", _ => mcp.Servers.Servers.Length == 1);
        Assert.Empty(mcp.Servers.Tools);
    }

    [Fact]
    public async Task A_server_that_never_answers_holds_up_nothing_and_is_given_up()
    {
        var time = new ManualTime();
        await using var good = new InProcessServer();
        var deaf = new System.IO.Pipelines.Pipe();
        await using var mcp = await McpFixture.StartAsync(
            (server, line) => server.Name == "good"
                ? good.Transports(server, line)
                : new ModelContextProtocol.Protocol.StreamClientTransport(Stream.Null, deaf.Reader.AsStream()),
            time, McpFixture.Server("deaf"), McpFixture.Server("good") with { ConnectTimeoutSeconds = 40 });

        await mcp.ReadyAsync("good");
        Assert.Equal(McpServerState.Connecting, mcp.Status("deaf").State);
        await time.FireAsync(TimeSpan.FromSeconds(30)); // it is connecting from the beginning on, and its time runs a moment later

        var failed = await mcp.FailedAsync("deaf");
        Assert.StartsWith("There was no answer within 30 s.", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_lists_the_tools_and_touches_no_connection()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports);

        var result = await mcp.Servers.TestAsync(McpFixture.Server("draft"), CancellationToken.None);

        Assert.Null(result.Error);
        Assert.Equal(5, result.Info?.Tools.Length);
        Assert.Empty(mcp.Servers.Servers);
    }

    private static void Change(McpFixture mcp, Func<IReadOnlyList<McpServerSettings>, McpServerSettings[]> change) =>
        mcp.Settings.Update(settings => settings with { Mcp = settings.Mcp with { Servers = [.. change(settings.Mcp.Servers)] } });
}
