using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Faults;

/// <summary>A fault that can be asked for.</summary>
/// <param name="Name">Its name, in the header and in a prompt.</param>
/// <param name="Description">What a person sees, one sentence.</param>
/// <param name="Amount">What a number behind the name (<c>cut=3</c>) means, and its default; null where it takes none.</param>
/// <param name="Make">Makes it for an amount.</param>
internal sealed record FaultEntry(string Name, string Description, (string Unit, int Default)? Amount, Func<int, Fault> Make)
{
    /// <inheritdoc cref="DemoFault.InvitesRetry" />
    public bool InvitesRetry { get; init; }
}

/// <summary>All faults, by name.</summary>
internal static class FaultCatalog
{
    /// <summary>Header that asks for a fault with any model, such as <c>X-Demo-Fault: cut=3</c>.</summary>
    public const string Header = "X-Demo-Fault";

    public static ImmutableArray<FaultEntry> All { get; } =
    [
        new("slow-load", "Loading takes long: nothing is sent until it is over.", ("milliseconds", 20_000), static ms => new SlowLoadFault(TimeSpan.FromMilliseconds(ms))),
        new("silence", "The request is taken, and then nothing happens.", ("milliseconds", 600_000), static ms => new SilenceFault(TimeSpan.FromMilliseconds(ms))),
        new("slow-drip", "The answer arrives byte by byte.", ("bytes per second", 600), static rate => new SlowDripFault(rate)),
        new("error-mid-stream", "The model fails in the middle of its answer.", ("chunks", 24), static count => new ErrorMidStreamFault(count)),
        new("error-after-tool-call", "The model calls a tool, then fails.", null, static _ => new ErrorAfterToolCallFault()),
        new("cut", "The connection breaks in the middle of the answer.", ("chunks", 24), static count => new CutFault(count)),
        new("no-done", "The answer stops as if it were complete, without its last line.", ("chunks", 24), static count => new NoDoneFault(count)),
        new("html-502", "A proxy answers 502 with a web page.", null, static _ => new HtmlFault(502, "502 Bad Gateway")),
        new("html-200", "A proxy answers 200 with a web page.", null, static _ => new HtmlFault(200, "Welcome")),
        new("busy-503", "The server's queue is full.", null, static _ => new BusyFault()) { InvitesRetry = true },
        new("missing-counts", "The answer is complete, without counts and durations.", null, static _ => new MissingCountsFault()),
        new("tool-calls-last", "The tool call comes only with the last line.", null, static _ => new ToolCallsLastFault()),
        new("plain-text-tool-call", "The model writes its tool call as text.", null, static _ => new PlainTextToolCallFault()),
        new("very-long-line", "One line of a megabyte.", ("characters", 1_000_000), static count => new VeryLongLineFault(count)),
        new("bad-json", "A line that cannot be read.", ("chunks", 24), static count => new BadJsonFault(count)),
    ];

    /// <summary>The same, as the program around the server sees it.</summary>
    public static ImmutableArray<DemoFault> Described { get; } =
        [.. All.Select(static entry => new DemoFault(entry.Name, entry.Description, entry.Amount?.Unit, entry.Amount?.Default) { InvitesRetry = entry.InvitesRetry })];

    /// <summary>The fault of a header's value; 400 for an unknown name or a number that makes no sense.</summary>
    public static Fault Parse(string text)
    {
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        var entry = Find(parts[0])
            ?? throw WireException.BadRequest($"unknown demo fault '{parts[0]}'; known are {string.Join(", ", All.Select(static entry => entry.Name))}");
        return entry.Make(parts.Length == 1 ? entry.Amount?.Default ?? 0 : ReadAmount(entry, parts[1]));
    }

    /// <summary>The fault that a prompt names, with its number where it has one; null where it names none.</summary>
    public static (FaultEntry Entry, Fault Fault)? FindInPrompt(string prompt)
    {
        foreach (var word in prompt.ToLowerInvariant().Split([' ', '\n', '\t', ',', '.', '`', '"', '\'', '*', '?', '!', ':', ';', '(', ')'], StringSplitOptions.RemoveEmptyEntries))
        {
            var name = word.Split('=')[0];
            if (Find(name) is { } entry)
            {
                return (entry, Parse(word));
            }
        }

        return null;
    }

    /// <summary>What is wrong with it, for its maker; null where nothing is.</summary>
    public static string? Problem(StandingFault standing) =>
        Find(standing.Name) is not { } entry ? $"'{standing.Name}' is no fault."
        : standing.Amount is { } amount && (entry.Amount is null || !IsAmount(amount)) ? AmountRule(entry)
        : standing.Requests < 1 ? "A standing fault must meet at least 1 request."
        : null;

    /// <summary>Makes a fault in which <see cref="Problem"/> finds nothing.</summary>
    public static Fault Make(StandingFault standing)
    {
        var entry = Find(standing.Name)!;
        return entry.Make(standing.Amount ?? entry.Amount?.Default ?? 0);
    }

    private static FaultEntry? Find(string name) => All.FirstOrDefault(entry => entry.Name == name);

    private static int ReadAmount(FaultEntry entry, string text) =>
        entry.Amount is not null && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && IsAmount(amount)
            ? amount
            : throw WireException.BadRequest(AmountRule(entry));

    private static bool IsAmount(int amount) => amount is > 0 and <= DemoFault.LargestAmount;

    private static string AmountRule(FaultEntry entry) => entry.Amount is { } known
        ? $"demo fault '{entry.Name}' takes a number of {known.Unit} from 1 to {DemoFault.LargestAmount}"
        : $"demo fault '{entry.Name}' takes no number";
}
