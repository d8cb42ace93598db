using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OllamaSharp.Models.Chat;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Reads one line of <c>/api/chat</c>:
/// <c>{"model":"m","created_at":"…","message":{"role":"assistant","content":"Hi","thinking":"…","tool_calls":[…]},"done":false}</c>.
/// By hand, on the reader: it is the one hot path of the client, and unlike generated code it shrugs at a value of the wrong type. Of a
/// doubled key the last one counts, as in Ollama's own Go client.
/// </summary>
internal sealed class ChatChunkConverter : JsonConverter<ChatResponseStream>
{
    private readonly RepeatedText _model = new("");
    private readonly RepeatedText _role = new("assistant");

    /// <summary>Reads it. <see cref="ChatResponseStream.Model"/> is null where the line has none.</summary>
    public override ChatResponseStream Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Not a JSON object.");
        }

        var chunk = new OllamaChatChunk();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (Lenient.Is(ref reader, "message"u8))
            {
                ReadMessage(ref reader, chunk);
            }
            else if (Lenient.Is(ref reader, "model"u8))
            {
                chunk.Model = Lenient.ReadString(ref reader, _model) ?? "";
            }
            else if (Lenient.Is(ref reader, "created_at"u8))
            {
                chunk.CreatedAt = Lenient.ReadTime(ref reader);
            }
            else if (Lenient.Is(ref reader, "done"u8))
            {
                chunk.Done = Lenient.ReadBool(ref reader);
            }
            else if (Lenient.Is(ref reader, "done_reason"u8))
            {
                chunk.DoneReason = Lenient.ReadString(ref reader) is { Length: > 0 } reason ? reason : null;
            }
            else if (Lenient.Is(ref reader, "error"u8))
            {
                chunk.Error = Envelope.ReadError(ref reader);
            }
            else if (Lenient.Is(ref reader, "logprobs"u8))
            {
                chunk.Logprobs = LogprobsReader.Read(ref reader);
            }
            else if (StatsReader.TryRead(ref reader, chunk.Stats) is { } stats)
            {
                chunk.Stats = stats;
            }
            else
            {
                Lenient.Skip(ref reader);
            }
        }

        return chunk;
    }

    public override void Write(Utf8JsonWriter writer, ChatResponseStream value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Chunks are received, never sent.");

    // A second message replaces the first, not only what it names.
    private void ReadMessage(ref Utf8JsonReader reader, OllamaChatChunk chunk)
    {
        (string? role, string? content, string? thinking, ImmutableArray<OllamaToolCall> calls) = (null, null, null, []);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
        }
        else
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (Lenient.Is(ref reader, "content"u8))
                {
                    content = Lenient.ReadString(ref reader);
                }
                else if (Lenient.Is(ref reader, "role"u8))
                {
                    role = Lenient.ReadString(ref reader, _role) is { Length: > 0 } text ? text : null;
                }
                else if (Lenient.Is(ref reader, "thinking"u8))
                {
                    thinking = Lenient.ReadString(ref reader) is { Length: > 0 } text ? text : null;
                }
                else if (Lenient.Is(ref reader, "tool_calls"u8))
                {
                    calls = ReadToolCalls(ref reader);
                }
                else
                {
                    Lenient.Skip(ref reader);
                }
            }
        }

        (chunk.Role, chunk.Content, chunk.Thinking, chunk.ToolCalls) = (role ?? "assistant", content ?? "", thinking, calls);
    }

    private static ImmutableArray<OllamaToolCall> ReadToolCalls(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return [];
        }

        var calls = ImmutableArray.CreateBuilder<OllamaToolCall>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            calls.Add(ToolCallReader.Read(ref reader));
        }

        return calls.ToImmutable();
    }
}
