using System.Runtime.CompilerServices;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Faults;

/// <summary>Runs well for a number of chunks, then goes wrong; subclasses say how.</summary>
internal abstract class AfterChunksFault(int chunks) : Fault
{
    public override async IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var passed = 0;
        await foreach (var chunk in source.WithCancellation(cancellationToken))
        {
            // A reply shorter than the count fails before its end: the fault was asked for.
            if (passed == chunks || chunk.Done)
            {
                if (Break() is { } spoiled)
                {
                    yield return spoiled;
                }

                if (EndsHere)
                {
                    yield break;
                }
            }

            passed++;
            yield return chunk;
        }
    }

    /// <summary>Whether nothing follows.</summary>
    protected virtual bool EndsHere => true;

    /// <summary>A chunk to send at that place, null for none; or throws.</summary>
    protected abstract Chunk? Break();
}

/// <summary>The stream's last line is an error: the status stays 200.</summary>
internal sealed class ErrorMidStreamFault(int chunks) : AfterChunksFault(chunks)
{
    protected override Chunk Break() =>
        throw new WireException(500, "an error was encountered while running the model: unexpected EOF");
}

/// <summary>The connection is torn down.</summary>
internal sealed class CutFault(int chunks) : AfterChunksFault(chunks)
{
    protected override Chunk Break() => throw new ConnectionCutException();
}

/// <summary>The stream ends cleanly, but its last chunk never comes.</summary>
internal sealed class NoDoneFault(int chunks) : AfterChunksFault(chunks)
{
    protected override Chunk? Break() => null;
}

/// <summary>A line that is no JSON.</summary>
internal sealed class BadJsonFault(int chunks) : AfterChunksFault(chunks)
{
    protected override Chunk Break() => new() { Raw = "{\"model\":\"demo-faults\",\"message\":{\"role\":\"assistant\",\"content\":" };
}

/// <summary>A line of a megabyte, or of as many characters as asked for.</summary>
internal sealed class VeryLongLineFault(int characters) : Fault
{
    public override async IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string Filler = "All work and one line. ";
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            if (chunk.Done)
            {
                var line = string.Concat(Enumerable.Repeat(Filler, (characters / Filler.Length) + 1))[..characters];
                yield return new Chunk { Content = "\n\n" + line, Raw = chunk.Raw is null ? null : $$"""{"status":"{{line}}"}""" };
            }

            yield return chunk;
        }
    }
}

/// <summary>The last chunk comes without counts and durations, as from an older server.</summary>
internal sealed class MissingCountsFault : Fault
{
    public override async IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            yield return chunk with { Stats = null };
        }
    }
}
