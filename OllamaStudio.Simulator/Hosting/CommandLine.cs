using System.Globalization;
using System.Runtime.InteropServices;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>The program around the server: arguments in, an address out, until Ctrl+C.</summary>
internal static class CommandLine
{
    /// <summary>Next to Ollama's 11434, which is never taken.</summary>
    public const int DefaultPort = 11435;

    private static readonly Argument[] Arguments =
    [
        new("--port", "port on 127.0.0.1, 0 for any free one (default 11435)", 0, 65535, static (options, value) => options with { Port = (int)value }),
        new("--rate", "tokens per second, 0 for as fast as possible (default 40)", 0, 1_000_000, static (options, value) => options with { TokensPerSecond = value }) { IsWhole = false },
        new("--seed", "seed of the replies (default 1)", int.MinValue, int.MaxValue, static (options, value) => options with { Seed = (int)value }),
        new("--load-delay", "milliseconds that a model takes to load (default 700)", 0, 3_600_000, static (options, value) => options with { LoadDelay = TimeSpan.FromMilliseconds(value) }),
        new("--slots", "replies that one model writes side by side (default 4)", 1, 1024, static (options, value) => options with { Slots = (int)value }),
        new("--max-pending", "requests that may wait before the server says it is busy (default 512)", 1, 1_000_000, static (options, value) => options with { MaxPending = (int)value }),
    ];

    private static string Help =>
        $"""
        OllamaStudio.Simulator: a demo server that speaks Ollama's protocol, without a model behind it.

        Usage: dotnet run --project OllamaStudio.Simulator -- [options]

        {string.Join('\n', Arguments.Select(static argument => $"  {argument.Name + " N",-16} {argument.Help}"))}
          --help           this text

        Models: demo-small, demo-thinking, demo-tools, demo-vision, demo-faults; demo-large and demo-embed can be pulled.
        """;

    /// <summary>Runs until a signal or <paramref name="cancellationToken"/> stops it; returns the exit code: 0, 1 where it could not start, 2 for bad arguments.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancellationToken = default)
    {
        if (args.Any(static arg => arg is "--help" or "-h" or "-?"))
        {
            await output.WriteLineAsync(Help);
            return 0;
        }

        if (!TryRead(args, out var options, out var error))
        {
            await errors.WriteLineAsync($"{error}\nTry --help.");
            return 2;
        }

        SimulatorServer server;
        try
        {
            server = await SimulatorServer.StartAsync(options, CancellationToken.None);
        }
        catch (IOException failure)
        {
            await errors.WriteLineAsync($"The simulator could not start on port {options.Port}: {failure.Message}");
            return 1;
        }

        await using (server)
        {
            await output.WriteLineAsync($"The demo server listens on {server.Address} (no real models). Ctrl+C stops it.");
            await WaitForSignalAsync(cancellationToken);
        }

        return 0;
    }

    private static async Task WaitForSignalAsync(CancellationToken cancellationToken)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await signalled.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        void Stop(PosixSignalContext context)
        {
            // The process ends by leaving Main, so that answers under way are ended first.
            context.Cancel = true;
            signalled.TrySetResult();
        }
    }

    /// <summary>Reads <c>--name value</c> and <c>--name=value</c>; false, with the reason, for anything else.</summary>
    internal static bool TryRead(IReadOnlyList<string> args, out SimulatorOptions options, out string error)
    {
        options = new SimulatorOptions { Port = DefaultPort };
        error = "";
        for (var i = 0; i < args.Count; i++)
        {
            var parts = args[i].Split('=', 2);
            var argument = Arguments.FirstOrDefault(known => known.Name == parts[0]);
            var text = parts.Length == 2 ? parts[1] : i + 1 < args.Count ? args[++i] : null;
            error = argument is null ? $"Unknown argument '{parts[0]}'." : text is null ? $"{argument.Name} needs a value." : "";
            if (argument is null || text is null)
            {
                return false;
            }

            if (!argument.TryParse(text, out var value))
            {
                error = $"'{text}' is no value for {argument.Name}: a {(argument.IsWhole ? "whole " : "")}number from {argument.Least} to {argument.Most}.";
                return false;
            }

            options = argument.Apply(options, value);
        }

        return true;
    }

    private sealed record Argument(string Name, string Help, double Least, double Most, Func<SimulatorOptions, double, SimulatorOptions> Apply)
    {
        public bool IsWhole { get; init; } = true;

        public bool TryParse(string text, out double value) =>
            double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
            && value >= Least && value <= Most && !(IsWhole && double.Truncate(value) != value);
    }
}
