using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// Makes a span of every model call: <c>ollama.chat_streaming</c> where the reply is streamed, with
/// <c>process_streaming_response</c> from its first chunk to its end, and <c>ollama.chat_with_tools</c> where it is not. What
/// the inner client yields and throws goes through untouched. Safe for concurrent use.
/// </summary>
public sealed class InstrumentedChatClient : DelegatingChatClient
{
    private readonly ISettings _settings;
    private readonly ContentCapture _capture;
    private readonly TimeProvider _time;
    private readonly Func<string, ModelFacts>? _facts;
    private readonly IPriceList? _prices;
    private readonly TokenRatios? _ratios;
    private readonly ChatClientMetadata? _metadata;

    /// <summary>Watches <paramref name="inner"/>.</summary>
    /// <param name="inner">The client that calls the model. Disposed with this one.</param>
    /// <param name="settings">The person's own span attributes.</param>
    /// <param name="capture">Decides what content is set.</param>
    /// <param name="time">The clock of the durations.</param>
    /// <param name="facts">What is known of a model and its server; null for nothing. Must be quick.</param>
    /// <param name="prices">What models cost; null for none.</param>
    /// <param name="ratios">Learns how many tokens a prompt has, and tells by it when a window is outgrown; null for none.</param>
    public InstrumentedChatClient(
        IChatClient inner, ISettings settings, ContentCapture capture, TimeProvider time, Func<string, ModelFacts>? facts = null, IPriceList? prices = null,
        TokenRatios? ratios = null)
        : base(inner)
    {
        _settings = settings;
        _capture = capture;
        _time = time;
        _facts = facts;
        _prices = prices;
        _ratios = ratios;
        _metadata = inner.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
    }

    /// <inheritdoc />
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        using var call = Start(streamed: false, sent, options);
        try
        {
            var response = await base.GetResponseAsync(sent, options, cancellationToken);
            call.Add(response);
            call.Complete();
            return response;
        }
        catch (Exception error)
        {
            call.Break(error, cancellationToken);
            throw;
        }
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];

        // Disposed last, whichever way this ends: a consumer that stops reading gets here without an exception.
        using var call = Start(streamed: true, sent, options);
        IAsyncEnumerator<ChatResponseUpdate>? updates = null;
        var current = new CurrentActivity<ChatResponseUpdate>();
        var isFirst = true;
        try
        {
            while (true)
            {
                try
                {
                    updates ??= Ask(call.Current, sent, options, cancellationToken);
                    if (!await current.MoveNextAsync(call.Current, updates))
                    {
                        break;
                    }

                    // The first one starts a span below the call's. No other needs a current one: what it would cost is a step into its context for each.
                    if (isFirst)
                    {
                        isFirst = false;
                        current.Take(call.Current, call.Add, updates.Current);
                    }
                    else
                    {
                        call.Add(updates.Current);
                    }
                }
                catch (Exception error)
                {
                    call.Break(error, cancellationToken);
                    throw;
                }

                yield return updates.Current;
            }

            call.Complete();
        }
        finally
        {
            if (updates is not null)
            {
                await updates.DisposeAsync();
            }
        }
    }

    private IAsyncEnumerator<ChatResponseUpdate> Ask(Activity? span, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        // Of this step of the iterator alone: its context is the consumer's again in the next.
        Activity.Current = span ?? Activity.Current;
        return base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    private ModelCall Start(bool streamed, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var model = options?.ModelId ?? _metadata?.DefaultModelId;
        return ModelCall.Start(streamed, model, _metadata?.ProviderUri, messages, options, _settings, _capture, () => Facts(model, options), _ratios, _time);
    }

    private ModelFacts Facts(string? model, ChatOptions? options)
    {
        var facts = ModelFacts.Unknown;
        try
        {
            facts = model is null ? facts : (_facts?.Invoke(model) ?? facts) with { Price = _prices?.Find(model) };
            return options?.AdditionalProperties?.TryGetValue("num_ctx", out var asked) is true && asked is int or long or double
                ? facts with { ContextWindow = Math.Min(Convert.ToInt32(asked, CultureInfo.InvariantCulture), facts.LongestContext ?? int.MaxValue) }
                : facts;
        }
        catch (Exception)
        {
            // Telemetry never breaks a chat: what cannot be told is unknown.
            return facts;
        }
    }
}
