using System.Net;
using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>
/// A conversation of Open WebUI's export, and of its older ones:
/// <code>{"id":"…","title":"…","chat":{"history":{"messages":{"id":{"id":"…","parentId":null,"childrenIds":["…"],"role":"user","content":"…","timestamp":1700000000}},"currentId":"…"}}}</code>
/// </summary>
internal static class OpenWebUiConversation
{
    public const string Mark = "chat";

    private const string FoldEnd = "</details>";

    public static ImportedConversation Read(JsonElement json, DateTimeOffset now)
    {
        var notTaken = new NotTakenCounter();
        var chat = json.At(Mark);
        var created = json.Time("created_at") ?? chat.Time("timestamp");
        var title = json.Text("title") ?? chat.Text("title");
        var history = chat.At("history");
        var nodes = ReadNodes(history.At("messages") is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } messages ? messages : chat.At("messages"), created ?? now, notTaken);
        foreach (var file in chat.At("files").Items())
        {
            notTaken.Add(KindOf(file));
        }

        var conversationId = json.Text("id") ?? chat.Text("id") ?? ForeignJson.StableId([title ?? "", .. nodes.Select(static node => node.Id)]);
        var (kept, shown) = ForeignTree.Build(nodes, history.Text("currentId") ?? history.Text("current_id"), id => ForeignJson.StableId("open-webui", conversationId, id), notTaken);
        string[] tags = [.. json.At("meta").At("tags").Texts()];
        var fitting = ConversationTags.Fit(tags);
        notTaken.Add("tag", tags.Distinct(StringComparer.OrdinalIgnoreCase).Count() - fitting.Length);
        var first = created ?? (kept.IsEmpty ? now : kept.Min(static message => message.CreatedAt));
        return new ImportedConversation(
            new ConversationDocument
            {
                Id = ForeignJson.StableId("open-webui", conversationId),
                Name = title,
                CreatedAt = first,
                UpdatedAt = json.Time("updated_at") ?? (kept.IsEmpty ? first : kept.Max(static message => message.CreatedAt)),
                Model = chat.At("models").Texts().FirstOrDefault(static model => model.Length > 0),
                SystemPrompt = chat.At("params").Text("system") ?? chat.Text("system"),
                IsArchived = json.IsTrue("archived"),
                IsPinned = json.IsTrue("pinned"),
                Tags = fitting,
                Messages = kept,
                Shown = shown,
            },
            notTaken.ToImmutable(),
            IsDated: (created ?? json.Time("updated_at")) is not null);
    }

    private static List<ForeignNode> ReadNodes(JsonElement messages, DateTimeOffset time, NotTakenCounter notTaken)
    {
        List<ForeignNode> nodes = [];
        if (messages.ValueKind is JsonValueKind.Object)
        {
            foreach (var message in messages.EnumerateObject())
            {
                time = message.Value.Time("timestamp") ?? time;
                nodes.Add(ReadNode(message.Name, message.Value.Text("parentId"), message.Value, time, notTaken));
            }
        }

        // The oldest exports have a plain list, one after another.
        foreach (var (index, message) in messages.Items().Index())
        {
            time = message.Time("timestamp") ?? time;
            var parent = message.Text("parentId") ?? (nodes is [.., var last] && message.At("parentId").ValueKind is JsonValueKind.Undefined ? last.Id : null);
            nodes.Add(ReadNode(message.Text("id") ?? FormattableString.Invariant($"#{index}"), parent, message, time, notTaken));
        }

        return nodes;
    }

    private static ForeignNode ReadNode(string id, string? parentId, JsonElement message, DateTimeOffset time, NotTakenCounter notTaken)
    {
        var node = new ForeignNode(id, parentId, [.. message.At("childrenIds").Texts()], null);
        foreach (var file in message.At("files").Items())
        {
            notTaken.Add(KindOf(file));
        }

        var role = message.Text("role");
        if (role is not ("user" or "assistant"))
        {
            notTaken.Add(role is "system" or "tool" ? role + " message" : role is null ? "message of nobody" : $"message of \"{TextCut.Shorten(role, 40)}\"");
            return node;
        }

        var isReply = role is "assistant";
        var (text, thinking) = Unfold(TextOf(message.At("content"), notTaken), isReply, notTaken);
        var error = ErrorOf(message.At("error"));
        return node with
        {
            Message = new MessageRecord
            {
                Id = id,
                Role = isReply ? MessageRole.Assistant : MessageRole.User,
                Text = text,
                Thinking = thinking,
                CreatedAt = time,
                Model = isReply ? message.Text("model") ?? message.Text("modelName") : null,
                State = error is not null ? MessageState.Failed : message.At("done").ValueKind is JsonValueKind.False ? MessageState.Stopped : MessageState.Complete,
                Error = error,
                Stats = isReply ? StatsOf(message.At("usage"), message.At("info")) : null,
            },
        };
    }

    private static string TextOf(JsonElement content, NotTakenCounter notTaken)
    {
        if (content.ValueKind is JsonValueKind.String)
        {
            return content.GetString()!;
        }

        var text = new StringBuilder();
        foreach (var part in content.Items())
        {
            if (part.Text("text") is { } piece)
            {
                text.Append(text.Length > 0 ? "\n\n" : "").Append(piece);
            }
            else
            {
                notTaken.Add(KindOf(part));
            }
        }

        return text.ToString();
    }

    /// <summary>Thinking and tool calls stand folded in the reply's own text: <c>&lt;details type="reasoning" …&gt;&lt;summary&gt;…&lt;/summary&gt;</c>, quoted with <c>&gt; </c>.</summary>
    private static (string Text, string Thinking) Unfold(string text, bool isReply, NotTakenCounter notTaken)
    {
        const string Begin = "<details type=\"";
        var thinking = new StringBuilder();
        var rest = new StringBuilder();
        var isFolded = false;
        while (isReply && text.IndexOf(Begin, StringComparison.Ordinal) is >= 0 and var at && text.IndexOf(FoldEnd, at, StringComparison.Ordinal) is >= 0 and var end)
        {
            isFolded = true;
            var fold = text[at..end];
            rest.Append(text, 0, at);
            text = text[(end + FoldEnd.Length)..];
            if (!fold.StartsWith(Begin + "reasoning\"", StringComparison.Ordinal))
            {
                notTaken.Add("tool call");
                continue;
            }

            var body = fold.IndexOf("</summary>", StringComparison.Ordinal) is >= 0 and var summary ? fold[(summary + "</summary>".Length)..] : fold[(fold.IndexOf('>', StringComparison.Ordinal) + 1)..];
            var lines = body.Trim().Split('\n').Select(static line => line.StartsWith("> ", StringComparison.Ordinal) ? line[2..] : line is ">" ? "" : line);
            thinking.Append(thinking.Length > 0 ? "\n\n" : "").Append(WebUtility.HtmlDecode(string.Join('\n', lines)));
        }

        return (!isFolded ? text : rest.Append(text).ToString().Trim('\n'), thinking.ToString());
    }

    private static MessageError? ErrorOf(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.String => new MessageError(error.GetString()!, null),
        JsonValueKind.Object => new MessageError(error.Text("content") ?? error.Text("message") ?? error.Text("detail") ?? "It failed; the export does not say why.", null),
        JsonValueKind.True => new MessageError("It failed; the export does not say why.", null),
        _ => null,
    };

    // Ollama's own figures, as the server told them.
    private static TurnStats? StatsOf(JsonElement usage, JsonElement info)
    {
        var told = usage.ValueKind is JsonValueKind.Object ? usage : info;
        var stats = new TurnStats
        {
            InputTokens = told.Count("prompt_eval_count") ?? told.Count("prompt_tokens"),
            OutputTokens = told.Count("eval_count") ?? told.Count("completion_tokens"),
            TotalDuration = told.Nanoseconds("total_duration"),
            LoadDuration = told.Nanoseconds("load_duration"),
            PromptEvalDuration = told.Nanoseconds("prompt_eval_duration"),
            EvalDuration = told.Nanoseconds("eval_duration"),
        };
        return stats == new TurnStats() ? null : stats;
    }

    private static string KindOf(JsonElement file) => file.Text("type") switch
    {
        "image" or "image_url" => "image",
        "audio" or "input_audio" => "audio",
        _ => "file",
    };
}
