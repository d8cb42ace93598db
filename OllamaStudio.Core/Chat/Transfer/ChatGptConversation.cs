using System.Text.Json;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>
/// A conversation of ChatGPT's <c>conversations.json</c>:
/// <code>{"title":"…","create_time":1.7e9,"mapping":{"id":{"id":"…","message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["…"]}},"parent":"…","children":["…"]}},"current_node":"…"}</code>
/// OpenAI does not describe it; kinds of content that are not known here are counted, their text is not guessed at.
/// </summary>
internal static class ChatGptConversation
{
    public const string Mark = "mapping";

    public static ImportedConversation Read(JsonElement json, DateTimeOffset now)
    {
        var notTaken = new NotTakenCounter();
        var created = json.Time("create_time");
        var time = created ?? now;
        List<ForeignNode> nodes = [];
        if (json.At(Mark) is { ValueKind: JsonValueKind.Object } mapping)
        {
            foreach (var node in mapping.EnumerateObject())
            {
                var message = node.Value.At("message");
                time = message.Time("create_time") ?? time;
                nodes.Add(ReadNode(node.Name, node.Value, message, time, json.Text("default_model_slug"), notTaken));
            }
        }

        var conversationId = json.Text("conversation_id") ?? json.Text("id") ?? ForeignJson.StableId([json.Text("title") ?? "", .. nodes.Select(static node => node.Id)]);
        var (messages, shown) = ForeignTree.Build(nodes, json.Text("current_node"), id => ForeignJson.StableId("chatgpt", conversationId, id), notTaken);
        var first = created ?? (messages.IsEmpty ? now : messages.Min(static message => message.CreatedAt));
        return new ImportedConversation(
            new ConversationDocument
            {
                Id = ForeignJson.StableId("chatgpt", conversationId),
                Name = json.Text("title"),
                CreatedAt = first,
                UpdatedAt = json.Time("update_time") ?? (messages.IsEmpty ? first : messages.Max(static message => message.CreatedAt)),
                IsArchived = json.IsTrue("is_archived"),
                IsPinned = json.At("pinned_time").ValueKind is JsonValueKind.Number,
                Messages = messages,
                Shown = shown,
            },
            notTaken.ToImmutable(),
            IsDated: (created ?? json.Time("update_time")) is not null);
    }

    private static ForeignNode ReadNode(string id, JsonElement node, JsonElement message, DateTimeOffset time, string? model, NotTakenCounter notTaken)
    {
        ForeignNode Leave(string thinking = "") => new(id, node.Text("parent"), [.. node.At("children").Texts()], null, thinking);
        if (message.ValueKind is not JsonValueKind.Object)
        {
            return Leave(); // the root has none
        }

        var content = message.At("content");
        var role = message.At("author").Text("role");
        if (role is not ("user" or "assistant"))
        {
            // The first one is empty and hidden, and stands in every conversation.
            if (TextOf(content, new NotTakenCounter()).Length > 0)
            {
                notTaken.Add(role is "system" or "tool" ? role + " message" : role is null ? "message of nobody" : $"message of \"{role}\"");
            }

            return Leave();
        }

        var kind = content.Text("content_type");
        if (kind is "thoughts")
        {
            return Leave(string.Join("\n\n", content.At("thoughts").Items().Select(static thought => thought.Text("content") ?? thought.Text("summary")).OfType<string>()));
        }

        if (kind is "reasoning_recap" || message.At("metadata").IsTrue("is_visually_hidden_from_conversation"))
        {
            return Leave(); // "Thought for 5 seconds"; the person's own instructions
        }

        if (role is "assistant" && message.Text("recipient") is { } recipient && recipient != "all")
        {
            notTaken.Add("tool call");
            return Leave();
        }

        var text = TextOf(content, notTaken);
        if (text.Length == 0)
        {
            return Leave();
        }

        return Leave() with
        {
            Message = new MessageRecord
            {
                Id = id,
                Role = role is "user" ? MessageRole.User : MessageRole.Assistant,
                Text = text,
                CreatedAt = time,
                Model = role is "user" ? null : message.At("metadata").Text("model_slug") ?? model,
                State = message.Text("status") is "in_progress" ? MessageState.Stopped : MessageState.Complete,
            },
        };
    }

    private static string TextOf(JsonElement content, NotTakenCounter notTaken)
    {
        switch (content.Text("content_type"))
        {
            case "code":
                return content.Text("text") is { } code ? $"```{(content.Text("language") is { } language and not "unknown" ? language : "")}\n{code}\n```" : "";
            case "text" or "multimodal_text" or null:
                return string.Join("\n\n", content.At("parts").Items().Select(part => PartOf(part, notTaken)).Where(static part => part.Length > 0));
            case "execution_output" or "system_error" or "tether_quote" or "tether_browsing_display":
                return content.Text("text") ?? "";
            case var other:
                notTaken.Add($"content of kind \"{Brief(other)}\"");
                return "";
        }
    }

    private static string PartOf(JsonElement part, NotTakenCounter notTaken)
    {
        if (part.ValueKind is JsonValueKind.String)
        {
            return part.GetString()!;
        }

        var kind = part.Text("content_type");
        if (kind is "audio_transcription")
        {
            return part.Text("text") ?? "";
        }

        notTaken.Add(kind switch
        {
            "image_asset_pointer" => "image",
            "audio_asset_pointer" or "real_time_user_audio_video_asset_pointer" => "audio",
            null => "part without a kind",
            _ => $"content of kind \"{Brief(kind)}\"",
        });
        return "";
    }

    private static string Brief(string kind) => Primitives.TextCut.Shorten(kind, 40);
}
