using System.Text.Json;

namespace OllamaStudio.Core.Primitives;

/// <summary>A file that is not what it should be. The message is a sentence for a person and names the place.</summary>
public sealed class BrokenFileException : Exception
{
    /// <summary>Without a place: the file as a whole is at fault.</summary>
    /// <param name="reason">What is wrong, a sentence.</param>
    public BrokenFileException(string reason)
        : base(reason) => Reason = reason;

    /// <summary>With its place.</summary>
    /// <param name="reason">What is wrong, a sentence.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The byte in it, from 1; null where only the line is known.</param>
    public BrokenFileException(string reason, long line, long? column = null)
        : base(column is null ? FormattableString.Invariant($"Line {line}: {reason}") : FormattableString.Invariant($"Line {line}, column {column}: {reason}")) =>
        (Reason, Line, Column) = (reason, line, column);

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; }

    /// <summary>The line, from 1; null where the file as a whole is at fault.</summary>
    public long? Line { get; }

    /// <summary>The byte in the line, from 1; null where it is not known.</summary>
    public long? Column { get; }

    /// <summary>The same fault within another file: its name goes in front.</summary>
    public BrokenFileException In(string file) => Line is { } line ? new($"{file}: {Reason}", line, Column) : new BrokenFileException($"{file}: {Reason}");

    /// <summary>A fault that the JSON reader found.</summary>
    /// <param name="fault">What it found.</param>
    /// <param name="line">The line of the file that the reader's text began on, from 1.</param>
    /// <param name="column">The column in that line, from 1.</param>
    internal static BrokenFileException From(JsonException fault, long line = 1, long column = 1)
    {
        // "… LineNumber: 3 | BytePositionInLine: 7." is said again, better, by this message.
        var reason = fault.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
        reason = reason.StartsWith("The input does not contain any JSON tokens", StringComparison.Ordinal) ? "There is nothing in it." : reason;
        return fault is { LineNumber: { } lines, BytePositionInLine: { } bytes }
            ? new BrokenFileException(reason, line + lines, lines == 0 ? column + bytes : bytes + 1)
            : new BrokenFileException(reason);
    }
}
