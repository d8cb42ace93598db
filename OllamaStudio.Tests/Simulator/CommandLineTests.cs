using System.Globalization;
using OllamaStudio.Simulator;
using OllamaStudio.Simulator.Hosting;

namespace OllamaStudio.Tests.Simulator;

public sealed class CommandLineTests
{
    [Fact]
    public void Arguments_become_options()
    {
        Assert.True(CommandLine.TryRead(["--port", "11500", "--rate=100.5", "--seed", "7", "--load-delay", "500"], out var options, out _));

        Assert.Equal(new SimulatorOptions { Port = 11500, TokensPerSecond = 100.5, Seed = 7, LoadDelay = TimeSpan.FromMilliseconds(500) }, options);
    }

    [Fact]
    public void The_usual_port_is_not_ollamas()
    {
        Assert.True(CommandLine.TryRead([], out var options, out _));

        Assert.Equal(11435, options.Port);
    }

    [Theory]
    [InlineData("Unknown argument '--speed'", "--speed", "9")]
    [InlineData("--port needs a value", "--port")]
    [InlineData("'many' is no value for --rate", "--rate", "many")]
    [InlineData("'70000' is no value for --port: a whole number from 0 to 65535", "--port", "70000")]
    [InlineData("'-5' is no value for --load-delay", "--load-delay=-5")]
    public async Task Bad_arguments_are_explained(string expected, params string[] args)
    {
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        await using var errors = new StringWriter(CultureInfo.InvariantCulture);

        var code = await CommandLine.RunAsync(args, output, errors);

        Assert.Equal(2, code);
        Assert.Contains(expected, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_tells_every_option()
    {
        await using var output = new StringWriter(CultureInfo.InvariantCulture);

        Assert.Equal(0, await CommandLine.RunAsync(["--help"], output, TextWriter.Null));
        Assert.All(["--port", "--rate", "--seed", "--load-delay"], option => Assert.Contains(option, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_runs_until_it_is_told_to_stop_and_says_where()
    {
        using var stop = new CancellationTokenSource();
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        await stop.CancelAsync();

        Assert.Equal(0, await CommandLine.RunAsync(["--port", "0"], output, TextWriter.Null, stop.Token));
        Assert.Matches(@"http://127\.0\.0\.1:\d+/ \(no real models\)", output.ToString());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_to_be()
    {
        await using var host = await SimulatorHost.StartAsync();
        await using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var port = host.Server.Address.Port.ToString(CultureInfo.InvariantCulture);

        Assert.Equal(1, await CommandLine.RunAsync(["--port", port], TextWriter.Null, errors));
        Assert.Contains($"could not start on port {port}", errors.ToString(), StringComparison.Ordinal);
    }
}
