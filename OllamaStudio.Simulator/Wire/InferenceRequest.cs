using System.Collections.Immutable;
using System.Text.Json;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Wire;

/// <summary>What <c>/api/chat</c> and <c>/api/generate</c> ask for alike.</summary>
internal sealed record InferenceRequest
{
    public required string Model { get; init; }

    public required bool Stream { get; init; }

    public required bool Truncate { get; init; }

    public required bool Shift { get; init; }

    /// <summary>Undefined for free text.</summary>
    public required JsonElement Format { get; init; }

    /// <summary>Null where the request does not say.</summary>
    public required ThinkLevel? Think { get; init; }

    /// <summary>Null where the request does not say.</summary>
    public required TimeSpan? KeepAlive { get; init; }

    public required JsonElement? Options { get; init; }

    /// <summary>Whether each token comes with its probability, and with how many alternatives, 0–20.</summary>
    public required (bool Wanted, int Alternatives) Logprobs { get; init; }

    public required ImmutableArray<Turn> Turns { get; init; }

    public ImmutableArray<ToolDefinition> Tools { get; init; } = [];

    /// <summary>Only <c>generate</c>: no template, and no <c>context</c> in return.</summary>
    public bool Raw { get; init; }

    /// <summary>Only <c>generate</c>: a suffix asks for the capability <c>insert</c>, which no demo model has.</summary>
    public bool NeedsInsert { get; init; }
}
