using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>Tells before a message is sent what of the context window it will take, and by what: an estimate from the model's own last counts.</summary>
public sealed class ContextMeter(ISettings settings, OllamaServers servers, ChatTools tools, TokenRatios ratios, TimeProvider time)
{
    /// <summary>What the next message would take. The reply that is being generated counts as far as it has come.</summary>
    /// <param name="conversation">Where it is sent; null for a new one.</param>
    /// <param name="parameters">What is set there.</param>
    /// <param name="disabledTools">Ids of the tools that are off there.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="draft">What is written so far.</param>
    /// <param name="attachments">What is attached so far.</param>
    /// <param name="cancellationToken">Ends the question what the model can do.</param>
    public async ValueTask<ContextForecast> ReadAsync(
        Conversation? conversation, ChatParameters parameters, ImmutableHashSet<string> disabledTools, string model, string draft, ImmutableArray<Attachment> attachments,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(disabledTools);
        ArgumentNullException.ThrowIfNull(draft);
        var current = settings.Current;
        var messages = History.SoFar(conversation?.Messages ?? []);
        var prompt = new MessageRecord { Id = "", Role = MessageRole.User, Text = draft, Attachments = attachments, CreatedAt = default };
        var turn = await TurnInput.ReadAsync(messages.Add(prompt), parameters, disabledTools, model, tools, servers, current, time.GetLocalNow(), cancellationToken, isCounted: true);
        var (window, leftOut) = (turn.Window, turn.LeftOut);
        ImmutableArray<StudioTool> offered = turn.Tools?.Tools ?? [];
        List<ChatMessage> sent = [.. turn.Messages];
        ChatMessage[] system = [.. sent.TakeWhile(static message => message.Role == ChatRole.System)];

        var (ofSystem, ofTools, ofMessage) = (PromptWeight.Of(system), PromptWeight.Of(offered.Select(static tool => tool.Function)), PromptWeight.Of(sent[^1]));
        var isEmpty = draft.Length == 0 && attachments.IsEmpty;
        var (ofDraft, attachedImages, sentImages) = (draft.Length == 0 ? 0 : PromptWeight.Of(new ChatMessage(ChatRole.User, draft)), PromptWeight.ImagesIn([sent[^1]]), PromptWeight.ImagesIn(sent));
        var all = PromptWeight.Of(sent) + ofTools - (isEmpty ? ofMessage : 0) - ((long)sentImages * PromptWeight.PerImage);
        var ofFiles = isEmpty ? 0 : ofMessage - ofDraft - ((long)attachedImages * PromptWeight.PerImage);
        var perImage = ratios.TokensPerImage(model);
        var total = ratios.Estimate(model, all);
        var withImages = total + (sentImages * (perImage ?? 0));
        return new ContextForecast
        {
            Window = window,
            Total = withImages,
            System = Share(ofSystem),
            Tools = Share(ofTools),
            ToolCount = offered.Length,
            Message = Share(ofDraft),
            AttachmentCount = attachments.Length,
            Attachments = Share(ofFiles) + (attachedImages * (perImage ?? 0)),
            UnknownImages = perImage is null ? sentImages : 0,
            HistoryMessages = sent.Count - system.Length - 1,
            Error = ratios.ErrorOf(model),
            ToolTime = ReadingTime(messages, Share(ofTools)),
            LeftOut = WouldLeaveOut(sent, leftOut, withImages, window, current.Chat.WhenContextIsFull),
        };

        // By length: no count tells the parts apart.
        long Share(long weight) => all == 0 ? 0 : (long)Math.Round(total * (weight / (double)all));
    }

    private static LeftOut? WouldLeaveOut(List<ChatMessage> sent, LeftOut? before, long total, int? window, ContextFull whenFull)
    {
        if (!(total > window) || whenFull is ContextFull.Cut)
        {
            return null;
        }

        var fit = new ContextFit(ContextFull.LeaveOut, before);
        return fit.TryMakeRoom(sent, new OllamaException(OllamaErrorKind.ContextExceeded, "") { PromptTokens = total, ContextLength = window }) ? fit.LeftOut : null;
    }

    // At the rate at which the model read the last prompt that it had not in its cache.
    private static TimeSpan? ReadingTime(ImmutableArray<MessageRecord> messages, long tokens)
    {
        const int LeastRead = 50; // below, the rate means nothing
        var last = messages.LastOrDefault(static message => message.Stats is { InputTokens: not null, CachedTokens: not null, PromptEvalDuration.Ticks: > 0 } stats && stats.InputTokens - stats.CachedTokens >= LeastRead);
        return last?.Stats is { } stats ? tokens * (stats.PromptEvalDuration!.Value / (double)(stats.InputTokens!.Value - stats.CachedTokens!.Value)) : null;
    }
}

/// <summary>What the next message would take of the context window, in tokens; all of it is estimated.</summary>
public sealed record ContextForecast
{
    /// <summary>What the window holds; null while nobody knows: the model is not loaded, and nothing is set.</summary>
    public int? Window { get; init; }

    /// <summary>All that would be sent.</summary>
    public long Total { get; init; }

    /// <summary>The system prompt.</summary>
    public long System { get; init; }

    /// <summary>The definitions of tools.</summary>
    public long Tools { get; init; }

    /// <summary>How many tools are offered.</summary>
    public int ToolCount { get; init; }

    /// <summary>The message that is being written.</summary>
    public long Message { get; init; }

    /// <summary>How many files are attached to it.</summary>
    public int AttachmentCount { get; init; }

    /// <summary>Those files, but for the images among them whose tokens nobody knows.</summary>
    public long Attachments { get; init; }

    /// <summary>Images that would be sent and are in none of these figures: none has been counted with this model yet.</summary>
    public int UnknownImages { get; init; }

    /// <summary>Messages of the conversation that are sent along.</summary>
    public int HistoryMessages { get; init; }

    /// <summary>How many of the last estimates could be checked, and the worst as a share of what was counted; null where none.</summary>
    public (int Count, double Worst)? Error { get; init; }

    /// <summary>How long the definitions of the tools take to read where they are not cached; null where the model's rate is unknown.</summary>
    public TimeSpan? ToolTime { get; init; }

    /// <summary>What would be left out because it does not fit; null where all fits, or nothing would be left out.</summary>
    public LeftOut? LeftOut { get; init; }

    /// <summary>The messages that went before.</summary>
    public long History => Math.Max(0, Total - System - Tools - Message - Attachments);

    /// <summary>What is left for the reply; null where the window is unknown.</summary>
    public long? Free => Window is { } window ? Math.Max(0, window - Total) : null;

    /// <summary>Whether it does not fit.</summary>
    public bool IsTooLong => Total > Window;
}
