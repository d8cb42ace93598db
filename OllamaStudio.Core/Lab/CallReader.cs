using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Core.Lab;

/// <summary>
/// Puts together what a model call asked: from its span where that has every message as it was sent, else from the conversation it
/// belongs to, else as far as the span goes, and says what is missing.
/// </summary>
public sealed partial class CallReader(Conversations conversations, ISettings settings)
{
    private const string NotCaptured =
        "The messages were not captured, and no conversation has them. Set Capture to Full in the settings: it applies from the next message on. Here you can write them yourself.";

    /// <summary>Whether that span is a call of a model of Ollama's, which can be made again.</summary>
    public static bool IsModelCall(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return span[TelemetryNames.OpenInference.SpanKind] as string is TelemetryNames.Values.KindLlm
            && (span[TelemetryNames.Llm.Vendor] ?? span[TelemetryNames.GenAi.ProviderName]) as string is TelemetryNames.Values.Ollama
            && ModelOf(span) is not null;
    }

    /// <summary>Reads one. May read the conversation from the disk.</summary>
    /// <param name="trace">Its trace.</param>
    /// <param name="span">The span of the call, for which <see cref="IsModelCall"/> is true.</param>
    public RecordedCall Read(TraceRecord trace, SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(span);
        var captured = SpanMessageReader.Read(span[TelemetryNames.GenAi.InputMessages] as string);
        var flaws = Flaws(captured, span);
        var reply = ConversationReply(span);
        var round = RoundOf(trace, span);
        var call = new RecordedCall(
            new ModelCallRequest
            {
                Model = reply?.Message.Model ?? ModelOf(span) ?? "",
                Messages = captured,
                Options = Options(span),
                Tools = Tools(span),
                IsStreamed = span[TelemetryNames.Llm.Streamed] is not false,
            },
            Uri.TryCreate(span[TelemetryNames.Llm.Host] as string, UriKind.Absolute, out var server) ? server : null,
            Reply(span, reply, round));
        return (captured.Count > 0 && flaws.IsEmpty ? call with { IsWhole = true }
            : reply is not null ? FromConversation(call, span, reply.Value, round)
            : captured.Count > 0 ? call with { Notes = flaws }
            : FromPreview(call, span)) is var read && MissingTools(read, span) is { } missing ? read with { Notes = read.Notes.Add(missing) } : read;
    }

    private static string? ModelOf(SpanRecord span) => (span[TelemetryNames.Llm.Model] ?? span[TelemetryNames.GenAi.RequestModel]) as string;

    private static ImmutableArray<string> Flaws(List<ChatMessage> captured, SpanRecord span)
    {
        var flaws = ImmutableArray.CreateBuilder<string>();
        if (captured.Count >= CapturedMessage.MaxMessages && Number(span[TelemetryNames.Llm.MessageCount]) > captured.Count)
        {
            flaws.Add(string.Create(CultureInfo.InvariantCulture, $"The span holds the newest {CapturedMessage.MaxMessages} messages; older ones were sent too."));
        }

        var json = span[TelemetryNames.GenAi.InputMessages] as string ?? "";
        if (json.Contains("[redacted:", StringComparison.Ordinal))
        {
            flaws.Add("Something was redacted on the span: look for “[redacted:…]” and put it in.");
        }

        if (FilePlaceholder().IsMatch(json))
        {
            flaws.Add("Images are not kept on spans: where one was sent, its kind and size stand in its place.");
        }

        return flaws.ToImmutable();
    }

    // What the conversation had been told when the reply began, and the reply's own rounds before this call.
    private RecordedCall FromConversation(RecordedCall call, SpanRecord span, (Conversation Conversation, MessageRecord Message) reply, int round)
    {
        var (conversation, message) = reply;
        var parameters = conversation.Parameters.Over(ParameterSets.DefaultsOf(call.Request.Model, settings.Current));
        IReadOnlyList<ChatMessage> messages =
        [
            .. parameters.ToMessages(call.Request.Model, message.CreatedAt.ToLocalTime()),
            .. History.Select(Above(conversation, message), settings.Current.Chat.MaxConversationHistory, message.Stats?.LeftOut, message.Stats?.ImagesLeftOut is true ? PromptImages.LeftOut : PromptImages.Sent),
            .. History.WithTools(message).Take(2 * round),
        ];
        var sent = Number(span[TelemetryNames.Llm.MessageCount]);
        var last = Number(span[TelemetryNames.Llm.LastMessageLength]);
        var isAsSent = (sent is null || sent == messages.Count) && (last is null || messages.Count == 0 || last == CapturedMessage.TextOf(messages[^1]).Length);
        var system = SystemFault(message.Stats?.SystemHash, messages, isCounted: sent is not null);
        return call with
        {
            Request = call.Request with { Messages = messages },
            IsWhole = isAsSent && system is null,
            Notes = isAsSent
                ? [system ?? "The messages are the conversation's: the span does not have them all as they were sent."]
                : [string.Create(CultureInfo.InvariantCulture, $"The messages are the conversation's as it is now, and not quite what was sent ({sent} then, {messages.Count} now, or the last one differs): the system prompt or how much history is sent has changed since. Look them over.")],
        };
    }

    // The conversation knows the system prompt of today only. Where it has none now, and as many messages were sent, there was none then.
    internal static string? SystemFault(string? then, IReadOnlyList<ChatMessage> messages, bool isCounted) =>
        then == SentRequest.SystemHashOf(messages) || (then is null && isCounted && !messages.Any(static message => message.Role == ChatRole.System)) ? null
        : then is null ? "The messages are the conversation's, with the system prompt as it is now: whether the same was sent is not known. Look it over."
        : "The messages are the conversation's, with the system prompt as it is now: another was sent. Look it over.";

    private static RecordedCall FromPreview(RecordedCall call, SpanRecord span)
    {
        var text = span[TelemetryNames.Llm.LastMessagePreview] as string;
        var role = new ChatRole(span[TelemetryNames.Llm.LastMessageRole] as string ?? "user");
        if (string.IsNullOrEmpty(text) || role == ChatRole.Tool)
        {
            return call with { Notes = [NotCaptured] };
        }

        var isUncut = Number(span[TelemetryNames.Llm.LastMessageLength]) == text.Length && !text.Contains("[redacted:", StringComparison.Ordinal);
        var isOnly = Number(span[TelemetryNames.Llm.MessageCount]) == 1;
        return call with
        {
            Request = call.Request with { Messages = [new ChatMessage(role, text)] },
            IsWhole = isUncut && isOnly,
            Notes = isUncut && isOnly ? []
                : [$"Only {(isUncut ? "the last message" : "the beginning of the last message")} was captured{(isOnly ? "" : ", and those before it were not")}. Set Capture to Full in the settings: it applies from the next message on."],
        };
    }

    private (Conversation Conversation, MessageRecord Message)? ConversationReply(SpanRecord span) =>
        conversations.FindReplies([(span.TraceId, span[TelemetryNames.Turn.SessionId] as string)]).GetValueOrDefault(span.TraceId) is { } place && conversations.Find(place.ConversationId) is { } conversation
        && conversation.AllMessages.FirstOrDefault(message => message.Role is MessageRole.Assistant && message.TraceId == span.TraceId) is { } reply
            ? (conversation, reply)
            : null;

    private static ImmutableArray<MessageRecord> Above(Conversation conversation, MessageRecord reply)
    {
        var all = conversation.AllMessages.ToDictionary(static message => message.Id, StringComparer.Ordinal);
        List<MessageRecord> path = [];
        for (var next = reply.ParentId; next is not null && all.TryGetValue(next, out var message); next = message.ParentId)
        {
            path.Add(message);
        }

        path.Reverse();
        return [.. path];
    }

    // Each iteration of the agent loop asks once, or again with less where it was refused for its length.
    private static int RoundOf(TraceRecord trace, SpanRecord span) => trace.Spans
        .Where(other => IsModelCall(other) && other.StartTime < span.StartTime && other.ParentSpanId != span.ParentSpanId)
        .Select(static other => other.ParentSpanId).Distinct(StringComparer.Ordinal).Count();

    private static RecordedReply Reply(SpanRecord span, (Conversation Conversation, MessageRecord Message)? known, int round)
    {
        if (known is { Message: var message } && ReplyRound.Of(message) is var rounds && round < rounds.Length)
        {
            return new RecordedReply(rounds[round].Text, rounds[round].Thinking, IsWhole: true) { Calls = [.. rounds[round].Calls.Select(static call => $"{call.Name}({call.Arguments})")] };
        }

        if (SpanMessageReader.Read(span[TelemetryNames.GenAi.OutputMessages] as string) is [.., var captured])
        {
            return new RecordedReply(captured.Text, string.Concat(captured.Contents.OfType<TextReasoningContent>().Select(static thought => thought.Text)), IsWhole: true)
            {
                Calls = [.. captured.Contents.OfType<FunctionCallContent>().Select(RecordedReply.Show)],
            };
        }

        return span[TelemetryNames.Llm.ResponsePreview] is string { Length: > 0 } preview
            ? new RecordedReply(preview, "", Number(span[TelemetryNames.Llm.ResponseLength]) == preview.Length)
            : RecordedReply.Unknown;
    }

    private static JsonObject Options(SpanRecord span)
    {
        var options = new JsonObject();
        foreach (var (name, value) in Parse(span[TelemetryNames.OpenInference.InvocationParameters]) as JsonObject ?? [])
        {
            var known = name == "max_tokens" ? Ollama.OllamaRequestProperties.NumPredict : name;
            if (RequestOptions.IsKnown(known))
            {
                options[known] = value?.DeepClone();
            }
        }

        if (span[TelemetryNames.Llm.Think] is string think && !options.ContainsKey(Ollama.OllamaRequestProperties.Think))
        {
            options[Ollama.OllamaRequestProperties.Think] = bool.TryParse(think, out var flag) ? flag : think;
        }

        if (span[TelemetryNames.GenAi.OutputType] is TelemetryNames.Values.OutputJson && !options.ContainsKey(RequestOptions.Format))
        {
            options[RequestOptions.Format] = TelemetryNames.Values.OutputJson;
        }

        return options;
    }

    private static ImmutableArray<OfferedTool> Tools(SpanRecord span) => Parse(span[TelemetryNames.GenAi.ToolDefinitions]) is JsonArray tools
        ?
        [
            .. from tool in tools.OfType<JsonObject>()
               where tool["name"] is JsonValue name && name.TryGetValue(out string? _)
               select new OfferedTool(
                   tool["name"]!.GetValue<string>(),
                   tool["description"] is JsonValue about && about.TryGetValue(out string? text) ? text : null,
                   JsonElement.Parse(tool["parameters"]?.ToJsonString() ?? "{}")),
        ]
        : [];

    private static string? MissingTools(RecordedCall call, SpanRecord span) =>
        Number(span[TelemetryNames.Llm.ToolCount]) is { } count && count > call.Request.Tools.Length
            ? string.Create(CultureInfo.InvariantCulture, $"{count} tools were offered, and the span describes {(call.Request.Tools.IsEmpty ? "none" : call.Request.Tools.Length.ToString(CultureInfo.InvariantCulture))} of them.")
            : null;

    private static JsonNode? Parse(object? json)
    {
        try
        {
            return json is string text ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Number(object? value) => value switch { int small => small, long large => large, double number => (long)number, _ => null };

    // As CapturedMessage names a file: [image/png, 1234 bytes].
    [GeneratedRegex(@"\[(?:image|audio|video|application)/[\w.+-]+, [0-9]+ bytes\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FilePlaceholder();
}
