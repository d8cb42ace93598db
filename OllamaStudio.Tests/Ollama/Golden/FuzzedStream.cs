using System.Globalization;
using System.Text;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>One answer of a server, good or broken, and how it is read. All of it follows from its seed.</summary>
internal sealed record FuzzedStream
{
    public required int Seed { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>A read yields from one byte up to this many.</summary>
    public required int LargestPiece { get; init; }

    /// <summary>Whether the connection breaks where the body ends.</summary>
    public required bool Breaks { get; init; }

    /// <summary>Whether the reply was asked for as a stream.</summary>
    public required bool Streamed { get; init; }

    /// <summary>Whether tools were offered, so that calls written as text are recovered.</summary>
    public required bool OffersTools { get; init; }

    public required int MaxLineBytes { get; init; }

    /// <summary>Sizes of the reads, the same ones each time.</summary>
    public Func<int> Pieces()
    {
        var random = new SeededRandom(~(long)Seed);
        return () => 1 + random.Next(LargestPiece);
    }

    /// <summary>For a person who looks into a difference: what is not ASCII, and line ends, as <c>\x0a</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (byte one in Body)
        {
            _ = one is >= 0x20 and < 0x7F ? text.Append((char)one) : text.Append(CultureInfo.InvariantCulture, $"\\x{one:x2}");
            if (one == '\n')
            {
                text.Append('\n');
            }
        }

        return $"""
            {(Streamed ? "streamed" : "not streamed")}, reads of 1 to {LargestPiece} bytes{(Breaks ? ", connection breaks at the end" : "")}{(OffersTools ? ", tools offered" : "")}, lines of at most {MaxLineBytes} bytes
            {text}
            """;
    }
}
