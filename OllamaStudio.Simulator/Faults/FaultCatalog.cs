using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Faults;

/// <summary>All faults, by name.</summary>
internal static class FaultCatalog
{
    /// <summary>Header that asks for a fault with any model, such as <c>X-Demo-Fault: cut=3</c>.</summary>
    public const string Header = "X-Demo-Fault";

    private const string Died = "an error was encountered while running the model: unexpected EOF";

    private static readonly ImmutableArray<(DemoFault Fault, Func<int, Fault> Make)> Entries =
    [
        (new("slow-load", "Loading takes long: nothing is sent until it is over.", "milliseconds", 20_000), static ms => new SlowLoadFault(TimeSpan.FromMilliseconds(ms))),
        (new("silence", "The request is taken, and then nothing happens.", "milliseconds", 600_000), static ms => new SilenceFault(TimeSpan.FromMilliseconds(ms))),
        (new("slow-drip", "The answer arrives byte by byte.", "bytes per second", 600), static rate => new SlowDripFault(rate)),
        (new("error-mid-stream", "The model fails in the middle of its answer.", "chunks", 24), static count => new BreakFault(count, static () => throw new WireException(500, Died))),
        (new("error-after-tool-call", "The model calls a tool, then fails."), static _ => new ErrorAfterToolCallFault(Died)),
        (new("cut", "The connection breaks in the middle of the answer.", "chunks", 24), static count => new BreakFault(count, static () => throw new ConnectionCutException())),
        (new("no-done", "The answer stops as if it were complete, without its last line.", "chunks", 24), static count => new BreakFault(count, static () => null)),
        (new("html-502", "A proxy answers 502 with a web page."), static _ => new HtmlFault(502, "502 Bad Gateway")),
        (new("html-200", "A proxy answers 200 with a web page."), static _ => new HtmlFault(200, "Welcome")),
        (new("busy-503", "The server's queue is full.") { InvitesRetry = true }, static _ => new BusyFault()),
        (new("missing-counts", "The answer is complete, without counts and durations."), static _ => new MissingCountsFault()),
        (new("tool-calls-last", "The tool call comes only with the last line."), static _ => new ToolCallsLastFault()),
        (new("plain-text-tool-call", "The model writes its tool call as text."), static _ => new PlainTextToolCallFault()),
        (new("very-long-line", "One line of a megabyte.", "characters", 1_000_000), static count => new VeryLongLineFault(count)),
        (new("bad-json", "A line that cannot be read.", "chunks", 24), static count => new BreakFault(count, static () => new Chunk { Raw = "{\"model\":\"demo-faults\",\"message\":{\"role\":" })),
    ];

    public static ImmutableArray<DemoFault> All { get; } = [.. Entries.Select(static entry => entry.Fault)];

    /// <summary>The fault of a header's value; 400 for an unknown name or a number that makes no sense.</summary>
    public static Fault Parse(string text)
    {
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        var amount = parts.Length == 1 ? null : (int?)(int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        var asked = new StandingFault(parts[0], amount);
        return Problem(asked) is { } problem ? throw WireException.BadRequest(problem) : Make(asked);
    }

    /// <summary>The fault that a prompt names, with its number where it has one; null where it names none.</summary>
    public static (DemoFault Known, Fault Fault)? FindInPrompt(string prompt)
    {
        foreach (var word in prompt.ToLowerInvariant().Split([' ', '\n', '\t', ',', '.', '`', '"', '\'', '*', '?', '!', ':', ';', '(', ')'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Find(word.Split('=')[0]) is { } known)
            {
                return (known, Parse(word));
            }
        }

        return null;
    }

    /// <summary>What is wrong with it, for its maker; null where nothing is.</summary>
    public static string? Problem(StandingFault asked) =>
        Find(asked.Name) is not { } known ? $"unknown demo fault '{asked.Name}'; known are {string.Join(", ", All.Select(static fault => fault.Name))}"
        : asked.Amount is not null && known.Unit is null ? $"demo fault '{known.Name}' takes no number"
        : asked.Amount is <= 0 or > DemoFault.LargestAmount ? $"demo fault '{known.Name}' takes a number of {known.Unit} from 1 to {DemoFault.LargestAmount}"
        : asked.Requests < 1 ? "a standing fault must meet at least 1 request"
        : null;

    /// <summary>Makes a fault in which <see cref="Problem"/> finds nothing.</summary>
    public static Fault Make(StandingFault asked)
    {
        var (known, make) = Entries.First(entry => entry.Fault.Name == asked.Name);
        return make(asked.Amount ?? known.DefaultAmount ?? 0);
    }

    private static DemoFault? Find(string name) => All.FirstOrDefault(fault => fault.Name == name);
}
