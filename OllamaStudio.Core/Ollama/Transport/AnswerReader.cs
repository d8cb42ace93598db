using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;
using OllamaSharp.Models.Exceptions;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Reads what OllamaSharp makes of an answer, and says what went wrong where it would throw its own exceptions, or nothing.</summary>
internal static class AnswerReader
{
    /// <summary>
    /// How long the answer's end is waited for after its last line: that spares the next request a connection.
    /// </summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The lines of an answer, up to the last. Ending without one is <see cref="OllamaErrorKind.StreamIncomplete"/>, cancellation is
    /// never an end, and what follows the last line is not part of the answer.
    /// </summary>
    /// <param name="call">Makes the call of OllamaSharp's with that token.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="read">Makes of OllamaSharp's line what the client hands out.</param>
    /// <param name="isLast">Whether nothing may follow.</param>
    /// <param name="options">Clock and notices.</param>
    /// <param name="silence">Told where nothing comes; null for nobody.</param>
    /// <param name="cancellationToken">Closes the connection.</param>
    public static async IAsyncEnumerable<T> ReadAsync<TLine, T>(
        Func<CancellationToken, IAsyncEnumerable<TLine?>> call, OllamaRequest request, Func<TLine, T> read, Func<TLine, bool> isLast,
        OllamaClientOptions options, IProgress<OllamaSilence>? silence, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TLine : class
    {
        using SilenceTimer? timer = silence is null ? null : new SilenceTimer(options.Time, options.SilenceNotice, silence);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<TLine?> lines = call(stop.Token).GetAsyncEnumerator(stop.Token);
        bool any = false;
        while (await MovedAsync(lines.MoveNextAsync(), request, cancellationToken))
        {
            any = true;
            timer?.Heard();
            TLine line = lines.Current ?? throw NoJson(request, cause: null);
            bool last = isLast(line);
            yield return read(line);
            if (last)
            {
                await FinishAsync(lines, stop, options.Time);
                yield break;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw OllamaErrors.Incomplete(any, nextStep: IfIncomplete(request));
    }

    /// <summary>What a query of OllamaSharp's gives.</summary>
    public static async Task<T> ReadAsync<T>(Task<T> call, OllamaRequest? request = null)
    {
        try
        {
            return await call;
        }
        catch (JsonException e)
        {
            throw NoJson(request, e);
        }
    }

    /// <summary>The model that is asked for, which a 404 then means; null where the call names none.</summary>
    public static string? ModelOf(OllamaRequest? request) => request switch
    {
        ChatRequest chat => chat.Model,
        ShowModelRequest show => show.Model,
        PullModelRequest pull => pull.Model,
        CreateModelRequest create => create.From ?? create.Model,
        DeleteModelRequest delete => delete.Model,
        CopyModelRequest copy => copy.Source,
        _ => null,
    };

    /// <summary>What a person can do when the answer ends too early; null for the usual advice.</summary>
    public static string? IfIncomplete(OllamaRequest request) => request switch
    {
        PullModelRequest => "Pull it again: what was loaded is kept.",
        CreateModelRequest => "Create it again.",
        _ => null,
    };

    /// <summary>An answer, or a line of one, that is no object. The cause is left out of the message on purpose: it may quote what the model said.</summary>
    public static OllamaException NoJson(OllamaRequest? request, Exception? cause) => OllamaErrors.BadAnswer(
        request is null or ShowModelRequest ? "The answer is not the JSON that Ollama sends." : "A line of the answer is not the JSON that Ollama sends.", cause);

    // Most lines are there already: those cost no state machine.
    private static ValueTask<bool> MovedAsync(ValueTask<bool> next, OllamaRequest request, CancellationToken cancellationToken) =>
        next.IsCompletedSuccessfully ? next : AwaitAsync(next, request, cancellationToken);

    private static async ValueTask<bool> AwaitAsync(ValueTask<bool> next, OllamaRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await next;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller's own token in the exception, not the linked one.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (JsonException e)
        {
            throw NoJson(request, e);
        }
        catch (ResponseError e)
        {
            throw OllamaErrors.MidStream(new WireError(e.Message), ModelOf(request), HttpStatusCode.OK);
        }
    }

    private static async Task FinishAsync<T>(IAsyncEnumerator<T> lines, CancellationTokenSource stop, TimeProvider time)
    {
        await using ITimer limit = time.CreateTimer(static stop => ((CancellationTokenSource)stop!).Cancel(), stop, EndTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await lines.MoveNextAsync();
        }
        catch (Exception e) when (e is OllamaException or OperationCanceledException or JsonException or ResponseError)
        {
            // The answer is complete; only the connection is lost.
        }
    }
}
