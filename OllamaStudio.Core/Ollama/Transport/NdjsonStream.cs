using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>
/// One streamed answer, line by line. Holds one line and one read at most in memory; a line above
/// <see cref="OllamaClientOptions.MaxLineBytes"/> is an error.
/// </summary>
internal sealed class NdjsonStream<T>(
    OllamaTransport transport, OllamaCall call, ILineParser<T> parser, IProgress<OllamaSilence>? silence, OllamaClientOptions options)
    where T : class
{
    private const int ReadSize = 16 * 1024;

    /// <summary>
    /// How long, and for how many bytes, the answer's end is waited for after its last line: that spares the next request a
    /// connection.
    /// </summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMilliseconds(100);

    private readonly NdjsonLines _lines = new();
    private HttpStatusCode _status;

    /// <summary>
    /// Sends the request and yields its lines up to the last. Ending without one is <see cref="OllamaErrorKind.StreamIncomplete"/>;
    /// breaking off closes the connection.
    /// </summary>
    public async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SilenceTimer? timer = silence is null ? null : new SilenceTimer(options.Time, options.SilenceNotice, silence);
        using HttpResponseMessage response = await transport.SendAsync(call, cancellationToken);
        _status = response.StatusCode;
        PipeReader pipe = PipeReader.Create(
            await response.Content.ReadAsStreamAsync(cancellationToken), new StreamPipeReaderOptions(bufferSize: ReadSize, minimumReadSize: ReadSize / 4));
        try
        {
            while (true)
            {
                ReadResult read = await FillAsync(pipe, cancellationToken);
                timer?.Heard();
                ReadOnlySequence<byte> buffer = read.Buffer;
                while (_lines.TryCut(ref buffer, out ReadOnlySequence<byte> line))
                {
                    T item = Parse(line, isWhole: true);
                    yield return item;
                    if (parser.IsLast(item))
                    {
                        // Whatever follows is not part of the answer.
                        pipe.AdvanceTo(read.Buffer.End);
                        await FinishAsync(pipe);
                        yield break;
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (buffer.Length > options.MaxLineBytes)
                {
                    throw TooLong();
                }

                if (read.IsCompleted)
                {
                    // Answers that Ollama does not stream have no newline at their end.
                    T? rest = _lines.TryCutRest(buffer, out ReadOnlySequence<byte> line) ? Parse(line, isWhole: false) : null;
                    if (rest is not null)
                    {
                        yield return rest;
                    }

                    if (rest is null || !parser.IsLast(rest))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        throw OllamaErrors.Incomplete(_lines.Any || rest is not null, nextStep: parser.IfIncomplete);
                    }

                    yield break;
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private async ValueTask<ReadResult> FillAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        try
        {
            return await pipe.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (BodyReader.IsFailure(e))
        {
            // Cancelling tears the connection down, which may surface as a broken one.
            cancellationToken.ThrowIfCancellationRequested();
            throw OllamaErrors.Incomplete(_lines.Any, e, parser.IfIncomplete);
        }
    }

    private async Task FinishAsync(PipeReader pipe)
    {
        using var timeout = new CancellationTokenSource(EndTimeout, options.Time);
        try
        {
            for (long passed = 0; passed < ReadSize;)
            {
                ReadResult read = await pipe.ReadAsync(timeout.Token);
                passed += read.Buffer.Length;
                pipe.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (BodyReader.IsFailure(e) || e is OperationCanceledException)
        {
            // The answer is complete; only the connection is lost.
        }
    }

    private T Parse(ReadOnlySequence<byte> line, bool isWhole)
    {
        if (line.Length > options.MaxLineBytes)
        {
            throw TooLong();
        }

        byte[]? rented = null;
        ReadOnlySpan<byte> bytes = line.FirstSpan;
        if (!line.IsSingleSegment)
        {
            rented = ArrayPool<byte>.Shared.Rent((int)line.Length);
            line.CopyTo(rented);
            bytes = rented.AsSpan(0, (int)line.Length);
        }

        try
        {
            return AnswerLine.Parse(bytes, parser, call.Model, _status, isWhole);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private OllamaException TooLong() => OllamaErrors.BadAnswer($"A line of the answer is longer than {options.MaxLineBytes} bytes.");
}
