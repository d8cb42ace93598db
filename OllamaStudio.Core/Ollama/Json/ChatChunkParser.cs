using System.Collections.Immutable;
using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Reads one line of <c>/api/chat</c>:
/// <c>{"model":"m","created_at":"…","message":{"role":"assistant","content":"Hi","thinking":"…","tool_calls":[…]},"done":false}</c>.
/// Written by hand, on the reader: it is the one hot path of the client, and unlike a serializer it shrugs at a value of
/// the wrong type. One per stream: it remembers the strings that repeat on every line. Not for concurrent use.
/// </summary>
internal sealed class ChatChunkParser : ILineParser<OllamaChatChunk>
{
    private string _model = "";
    private byte[] _rawModel = [];
    private string _role = "assistant";

    public bool IsLast(OllamaChatChunk item) => item.Done;

    public OllamaChatChunk? Parse(ReadOnlySpan<byte> line, out WireError? error)
    {
        error = null;
        if (PlainLine.TryRead(line, _rawModel, out DateTimeOffset? createdAt, out string content))
        {
            return new OllamaChatChunk { Model = _model, CreatedAt = createdAt, Content = content };
        }

        var reader = new Utf8JsonReader(line);
        Envelope.Open(ref reader);

        Message message = default;
        var common = new CommonFields();

        // A doubled key: the last one counts, as in Ollama's own Go client.
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("message"u8))
            {
                message = ReadMessage(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                ReadModel(ref reader);
            }
            else if (!common.TryRead(ref reader))
            {
                Lenient.Skip(ref reader);
            }
        }

        Envelope.Close(ref reader);
        error = common.Error;
        return error is not null ? null : new OllamaChatChunk
        {
            Model = _model,
            CreatedAt = common.CreatedAt,
            Role = message.Role ?? "assistant",
            Content = message.Content ?? "",
            Thinking = message.Thinking is { Length: > 0 } ? message.Thinking : null,
            ToolCalls = message.ToolCalls.IsDefault ? [] : message.ToolCalls,
            Logprobs = common.Logprobs,
            Done = common.Done,
            DoneReason = common.DoneReason,
            Stats = common.Stats,
        };
    }

    // Remembered as it is written, too: equal bytes are an equal name.
    private void ReadModel(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            (_model, _rawModel) = ("", []);
        }
        else if (!reader.ValueSpan.SequenceEqual(_rawModel))
        {
            (_model, _rawModel) = (reader.GetString()!, reader.ValueSpan.ToArray());
        }
    }

    private Message ReadMessage(ref Utf8JsonReader reader)
    {
        Message message = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return message;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                message.Content = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("role"u8))
            {
                message.Role = Lenient.ReadString(ref reader, _role) is { Length: > 0 } role ? _role = role : null;
            }
            else if (reader.ValueTextEquals("thinking"u8))
            {
                message.Thinking = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                message.ToolCalls = ReadToolCalls(ref reader);
            }
            else
            {
                Lenient.Skip(ref reader);
            }
        }

        return message;
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
            calls.Add(ToolCallConverter.Read(ref reader));
        }

        return calls.ToImmutable();
    }

    private struct Message
    {
        public string? Role;
        public string? Content;
        public string? Thinking;
        public ImmutableArray<OllamaToolCall> ToolCalls;
    }
}
