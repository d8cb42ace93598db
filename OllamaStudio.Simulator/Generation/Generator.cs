using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

/// <summary>What one generation needs to know.</summary>
/// <param name="Reply">What to say.</param>
/// <param name="Prompt">What was read.</param>
/// <param name="Options">The request's options.</param>
/// <param name="Shift">Whether text may outgrow the context (Ollama's <c>shift</c>).</param>
/// <param name="Arrived">Timestamp of the request's arrival.</param>
/// <param name="Load">How long the scheduler took, loading included.</param>
internal sealed record GenerationPlan(Reply Reply, Prompt Prompt, GenerationOptions Options, bool Shift, long Arrived, TimeSpan Load);

/// <summary>Plays a reply token by token, in the time that a model of the set speed would take.</summary>
internal sealed class Generator(SimulatorOptions options)
{
    /// <summary>A plausible speed of reading for a small model.</summary>
    private const double PromptTokensPerSecond = 2500;

    /// <summary>Short enough not to annoy, long enough that "reading the prompt" can be seen.</summary>
    private static readonly TimeSpan ShortestPromptEval = TimeSpan.FromMilliseconds(120);

    /// <summary>The chunks: one a token, one for the calls, and a last one with the numbers. Waits for a slot first.</summary>
    public async IAsyncEnumerable<Chunk> RunAsync(GenerationPlan plan, RunnerLease lease, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await lease.EnterSlotAsync(cancellationToken);

        var promptStart = options.Time.GetTimestamp();
        await ReadPromptAsync(lease.ReadPrompt(plan.Prompt.Text), cancellationToken);
        var promptEval = options.Time.GetElapsedTime(promptStart);

        var evalStart = options.Time.GetTimestamp();
        var pacer = new Pacer(options.Time, options.TokensPerSecond);
        var budget = Budget(plan);
        var sent = 0;
        foreach (var chunk in Tokens(plan))
        {
            if (sent == budget)
            {
                break;
            }

            await pacer.NextAsync(cancellationToken);
            sent++;
            // A call's tokens take their time, but only the whole call is sent: Ollama's parser holds them back.
            if (chunk is not null)
            {
                yield return chunk;
            }
        }

        yield return new Chunk
        {
            Done = true,
            DoneReason = sent == budget ? "length" : "stop",
            Stats = new GenerationStats(options.Time.GetElapsedTime(plan.Arrived), plan.Load, plan.Prompt.Tokens, promptEval, sent, options.Time.GetElapsedTime(evalStart)),
        };
    }

    private async Task ReadPromptAsync(string unread, CancellationToken cancellationToken)
    {
        if (options.Unpaced)
        {
            return;
        }

        var time = TimeSpan.FromSeconds(Tokenizer.Count(unread) / PromptTokensPerSecond);
        await Task.Delay(time > ShortestPromptEval ? time : ShortestPromptEval, options.Time, cancellationToken);
    }

    /// <summary>One entry a token: the chunk that it is sent in, or null where it is held back.</summary>
    private static IEnumerable<Chunk?> Tokens(GenerationPlan plan)
    {
        foreach (var token in Tokenizer.Split(plan.Reply.Thinking))
        {
            yield return new Chunk { Thinking = token };
        }

        foreach (var token in Tokenizer.Split(Until(plan.Reply.Text, plan.Options.Stop)))
        {
            yield return new Chunk { Content = token };
        }

        if (plan.Reply.Calls.IsEmpty)
        {
            yield break;
        }

        for (var held = CallTokens(plan.Reply.Calls) - 1; held > 0; held--)
        {
            yield return null;
        }

        yield return new Chunk { Calls = plan.Reply.Calls };
    }

    private static int CallTokens(ImmutableArray<ToolCall> calls) =>
        calls.Sum(static call => Tokenizer.Count(JsonSerializer.Serialize(call.Function, WireContext.Wire.CalledFunction)));

    /// <summary>The text up to the first of the stop sequences, which is not sent itself.</summary>
    private static string Until(string text, ImmutableArray<string> stops)
    {
        foreach (var stop in stops.Where(static stop => stop.Length > 0))
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            text = at < 0 ? text : text[..at];
        }

        return text;
    }

    /// <summary>Most tokens that may be sent; -1 for no limit.</summary>
    private static int Budget(GenerationPlan plan)
    {
        var asked = plan.Options.MaxTokens > 0 ? plan.Options.MaxTokens : int.MaxValue;
        var room = plan.Shift ? int.MaxValue : Math.Max(1, plan.Options.Load.ContextLength - plan.Prompt.Tokens);
        var budget = Math.Min(asked, room);
        return budget == int.MaxValue ? -1 : budget;
    }
}

/// <summary>
/// Spreads tokens evenly over time. Each is due at a moment counted from the first, so that late timers do not
/// add up, and rates above what a timer resolves come out as bursts of the right size.
/// </summary>
internal sealed class Pacer(TimeProvider time, double tokensPerSecond)
{
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);

    private readonly long _start = time.GetTimestamp();
    private long _tokens;

    /// <summary>Waits until the next token is due; not at all where the rate is 0.</summary>
    public Task NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (tokensPerSecond == 0)
        {
            return Task.CompletedTask;
        }

        _tokens++;
        var wait = TimeSpan.FromSeconds(_tokens / tokensPerSecond) - time.GetElapsedTime(_start);
        return wait < TimerResolution ? Task.CompletedTask : Task.Delay(wait, time, cancellationToken);
    }
}
