using System.Collections.Immutable;

namespace OllamaStudio.Simulator.Models;

/// <summary>The models that are there from the start, and those that <c>pull</c> can fetch.</summary>
internal static class DemoCatalog
{
    public const string Faults = "demo-faults";

    // Fixed, so that two runs list the same; the order of the list follows from it (newest first).
    private static readonly DateTimeOffset Released = new(2026, 1, 15, 9, 30, 0, TimeSpan.Zero);

    public static ImmutableArray<DemoModel> Installed { get; } =
    [
        Make("demo-small", "Answers with Markdown, code, tables and long texts about the studio.", 24_000_000, 3, Capability.Completion),
        Make("demo-thinking", "The same, thinking aloud before it answers.", 32_000_000, 2, Capability.Completion, Capability.Thinking),
        Make("demo-tools", "Calls the tools it is offered for sums, for the time, and when they are named.", 28_000_000, 1, Capability.Completion, Capability.Tools),
        Make("demo-vision", "Reads images: it tells their kind, size and hash, for it sees nothing.", 30_000_000, 0, Capability.Completion, Capability.Vision),
        Make(Faults, "Fails on request, in every way that a server can.", 8_000_000, 0, Capability.Completion, Capability.Tools),
    ];

    public static ImmutableArray<DemoModel> Pullable { get; } =
    [
        .. Installed,
        Make("demo-large", "Thinks, calls tools and has room for a long conversation.", 1_200_000_000, 5, Capability.Completion, Capability.Tools, Capability.Thinking)
            with { MaxContext = 131072 },
        Make("demo-embed", "Turns text into vectors; it cannot chat.", 12_000_000, 4, Capability.Embedding) with { MaxContext = 8192 },
    ];

    private static DemoModel Make(string name, string description, long size, int age, params ImmutableArray<string> capabilities) => new()
    {
        Name = new ModelName(name, "latest"),
        Description = description,
        Capabilities = capabilities,
        Size = size,
        ModifiedAt = Released.AddMinutes(age),
        Behaviour = name,
    };
}
