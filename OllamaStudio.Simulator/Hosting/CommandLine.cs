using System.Globalization;
using System.Runtime.InteropServices;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>The program around the server: arguments in, an address out, until Ctrl+C.</summary>
internal static class CommandLine
{
    /// <summary>Next to Ollama's 11434, which is never taken.</summary>
    public const int DefaultPort = 11435;

    private const string Help =
        """
        OllamaStudio.Simulator: a demo server that speaks Ollama's protocol, without a model behind it.

        Usage: dotnet run --project OllamaStudio.Simulator -- [options]

          --port N         port on 127.0.0.1, 0 for any free one (default 11435)
          --rate N         tokens per second, 0 for as fast as possible (default 40)
          --seed N         seed of the replies (default 1)
          --load-delay N   milliseconds that a model takes to load (default 700)
          --slots N        replies that one model writes side by side (default 4)
          --max-pending N  requests that may wait before the server says it is busy (default 512)
          --help           this text

        Models: demo-small, demo-thinking, demo-tools, demo-faults; demo-large and demo-embed can be pulled.
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
            var name = parts[0];
            if (name is not ("--port" or "--rate" or "--seed" or "--load-delay" or "--slots" or "--max-pending"))
            {
                error = $"Unknown argument '{name}'.";
                return false;
            }

            var text = parts.Length == 2 ? parts[1] : i + 1 < args.Count ? args[++i] : null;
            if (text is null)
            {
                error = $"{name} needs a value.";
                return false;
            }

            if (Apply(options, name, text) is not { } applied)
            {
                error = $"'{text}' is no value for {name}: {Range(name)}.";
                return false;
            }

            options = applied;
        }

        return true;
    }

    private static SimulatorOptions? Apply(SimulatorOptions options, string name, string text) => name switch
    {
        "--port" when Whole(text, 0, 65535) is { } port => options with { Port = port },
        "--seed" when Whole(text, int.MinValue, int.MaxValue) is { } seed => options with { Seed = seed },
        "--load-delay" when Whole(text, 0, 3_600_000) is { } delay => options with { LoadDelay = TimeSpan.FromMilliseconds(delay) },
        "--slots" when Whole(text, 1, 1024) is { } slots => options with { Slots = slots },
        "--max-pending" when Whole(text, 1, 1_000_000) is { } pending => options with { MaxPending = pending },
        "--rate" when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and <= 1_000_000 =>
            options with { TokensPerSecond = rate },
        _ => null,
    };

    private static string Range(string name) => name switch
    {
        "--port" => "a whole number from 0 to 65535",
        "--rate" => "a number from 0 to 1000000",
        "--load-delay" => "whole milliseconds from 0 to 3600000",
        "--slots" => "a whole number from 1 to 1024",
        "--max-pending" => "a whole number from 1 to 1000000",
        _ => "a whole number",
    };

    private static int? Whole(string text, int from, int to) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to ? value : null;
}
