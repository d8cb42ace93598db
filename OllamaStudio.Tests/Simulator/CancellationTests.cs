using System.Net.Sockets;
using System.Text;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Simulator;

public sealed class CancellationTests
{
    [Fact]
    public async Task A_client_that_leaves_in_the_middle_is_noticed_and_its_slot_is_free_again()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time, static options => options with { Slots = 1 });
        var cancelled = host.Server.Activity.WaitForCancellationAsync();
        var response = await host.StartChatAsync(time, "Hello");
        Assert.Equal(1, host.Server.Activity.Running);

        response.Dispose();

        Assert.Equal("/api/chat", await cancelled.WaitAsync(SimulatorHost.Guard));
        Assert.Equal((1, 1, 0), (host.Server.Activity.Started, host.Server.Activity.Cancelled, host.Server.Activity.Running));
        Assert.NotEmpty(await time.RunUntilAsync(host.ChatAsync("demo-small", "Hello")));
        Assert.Equal((2, 1, 1), (host.Server.Activity.Started, host.Server.Activity.Cancelled, host.Server.Activity.Completed));
    }

    [Fact]
    public async Task A_client_that_leaves_while_the_model_loads_abandons_the_load()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        using var leaving = new CancellationTokenSource();
        var cancelled = host.Server.Activity.WaitForCancellationAsync();
        var answer = host.Http.SendAsync(SimulatorHost.Post("/api/chat", SimulatorHost.Ask("demo-small", "Hello")), leaving.Token);
        await time.WaitForTimerAsync();

        await leaving.CancelAsync();

        await cancelled.WaitAsync(SimulatorHost.Guard);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Empty((await host.GetAsync("/api/ps"))["models"]!.AsArray());
    }

    [Fact]
    public async Task A_socket_that_is_torn_down_is_noticed()
    {
        var time = new ManualTime();
        await using var host = await SimulatorHost.StartAsync(time);
        var cancelled = host.Server.Activity.WaitForCancellationAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync("127.0.0.1", host.Server.Address.Port);
            var body = SimulatorHost.Ask("demo-small", "Hello");
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            await time.WaitForTimerAsync();
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Assert.Equal("/api/chat", await cancelled.WaitAsync(SimulatorHost.Guard));
    }

    [Fact]
    public async Task Stopping_the_server_cuts_answers_off_and_is_no_cancellation_by_the_client()
    {
        var time = new ManualTime();
        var host = await SimulatorHost.StartAsync(time);
        using var response = await host.StartChatAsync(time, "Hello");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        await host.Server.DisposeAsync();

        await Assert.ThrowsAnyAsync<IOException>(reader.ReadToEndAsync);
        Assert.Equal((0, 0), (host.Server.Activity.Cancelled, host.Server.Activity.Running));
        await host.DisposeAsync();
    }
}
