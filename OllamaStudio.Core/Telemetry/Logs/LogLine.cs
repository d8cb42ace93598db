using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Telemetry.Logs;

/// <summary>One line of the studio's log, redacted. Immutable.</summary>
public sealed record LogLine
{
    /// <summary>The how-many-th line since the studio began, from 1; 0 for one that no store has taken.</summary>
    public long Number { get; init; }

    /// <summary>When it was logged, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How much it matters.</summary>
    public required LogLevel Level { get; init; }

    /// <summary>Who logged it: as a rule a type's full name.</summary>
    public required string Category { get; init; }

    /// <summary>Number of the event among those of its category; 0 where it has none.</summary>
    public int EventId { get; init; }

    /// <summary>Name of the event; null where it has none.</summary>
    public string? EventName { get; init; }

    /// <summary>The text, with its values in it.</summary>
    public required string Message { get; init; }

    /// <summary>The values in the text, by their names, in its order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Values { get; init; } = [];

    /// <summary>Full name of the exception's type; null where there was none.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>What the exception says; null where there was none.</summary>
    public string? ExceptionMessage { get; init; }

    /// <summary>The trace in which it was logged, 32 lower-case hexadecimal digits; null for none.</summary>
    public string? TraceId { get; init; }

    /// <summary>The span in which it was logged, 16 lower-case hexadecimal digits; null for none.</summary>
    public string? SpanId { get; init; }

    /// <summary>About the bytes that it takes in memory.</summary>
    internal int Size => 256 + (2 * (Message.Length + (ExceptionMessage?.Length ?? 0))) + Values.Sum(static value => 64 + (2 * value.Value.Length));
}
