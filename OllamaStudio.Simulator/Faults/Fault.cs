using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Faults;

/// <summary>One way to go wrong. The base does nothing wrong: a fault overrides the step that it spoils.</summary>
internal abstract class Fault
{
    /// <summary>Answers in place of the endpoint; false to let the endpoint answer.</summary>
    public virtual Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken) =>
        Task.FromResult(false);

    /// <summary>Time that loading takes on top of its own.</summary>
    public virtual TimeSpan ExtraLoad => TimeSpan.Zero;

    /// <summary>Changes what the model says.</summary>
    public virtual Reply Shape(Reply reply, Conversation conversation) => reply;

    /// <summary>Changes, drops or adds chunks; may throw to fail in their midst.</summary>
    public virtual IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, CancellationToken cancellationToken) => chunks;

    /// <summary>Sends one line.</summary>
    public virtual async Task SendAsync(PipeWriter output, ReadOnlyMemory<byte> line, SimulatorOptions options, CancellationToken cancellationToken) =>
        await output.WriteAsync(line, cancellationToken);
}

/// <summary>Asks for the connection to be torn down without an end of the answer.</summary>
internal sealed class ConnectionCutException() : Exception("The connection is cut here on purpose.");

/// <summary>Loads for a long time, in memory already or not.</summary>
internal sealed class SlowLoadFault(TimeSpan delay) : Fault
{
    public override TimeSpan ExtraLoad => delay;
}

/// <summary>Takes the request and says nothing, not even a status, until the client leaves or <paramref name="longest"/> is over.</summary>
internal sealed class SilenceFault(TimeSpan longest) : Fault
{
    public override async Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken)
    {
        await Task.Delay(longest, options.Time, cancellationToken);
        throw new ConnectionCutException();
    }
}

/// <summary>A proxy's web page where JSON was expected.</summary>
internal sealed class HtmlFault(int status, string title) : Fault
{
    public override async Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken)
    {
        var page =
            $"""
            <!DOCTYPE html>
            <html>
            <head><title>{title}</title></head>
            <body>
            <h1>{title}</h1>
            <p>This page comes from the demo server, in the part of a proxy between you and Ollama.</p>
            </body>
            </html>

            """;
        await WireAnswers.WriteTextAsync(context, status, page, "text/html");
        return true;
    }
}

/// <summary>Ollama's answer when its queue is full.</summary>
internal sealed class BusyFault : Fault
{
    public override Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken) => throw WireException.Busy();
}

/// <summary>Sends every byte on its own, so that lines, escapes and characters arrive in pieces.</summary>
internal sealed class SlowDripFault(double bytesPerSecond) : Fault
{
    public override async Task SendAsync(PipeWriter output, ReadOnlyMemory<byte> line, SimulatorOptions options, CancellationToken cancellationToken)
    {
        var pacer = new Pacer(options.Time, options.Unpaced ? 0 : bytesPerSecond);
        for (var i = 0; i < line.Length; i++)
        {
            await pacer.NextAsync(cancellationToken);
            await output.WriteAsync(line.Slice(i, 1), cancellationToken);
        }
    }
}

/// <summary>Runs well for a number of chunks; then nothing more comes but what <paramref name="last"/> gives (null for nothing) or throws.</summary>
internal sealed class BreakFault(int count, Func<Chunk?> last) : Fault
{
    public override async IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var passed = 0;
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            // A reply shorter than the count fails before its end: the fault was asked for.
            if (passed++ == count || chunk.Done)
            {
                break;
            }

            yield return chunk;
        }

        if (last() is { } spoiled)
        {
            yield return spoiled;
        }
    }
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
    public override IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, CancellationToken cancellationToken) =>
        chunks.Select(static chunk => chunk with { Stats = null });
}
