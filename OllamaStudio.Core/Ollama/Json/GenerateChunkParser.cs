using System.Collections.Immutable;
using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Reads one line of <c>/api/generate</c>: <c>{"model":"m","created_at":"…","response":"Hi","thinking":"…","done":false}</c>.
/// By hand for the reasons of <see cref="ChatChunkParser"/>. One per stream.
/// </summary>
internal sealed class GenerateChunkParser : ILineParser<OllamaGenerateChunk>
{
    private string _model = "";

    public bool IsLast(OllamaGenerateChunk item) => item.Done;

    public OllamaGenerateChunk? Parse(ReadOnlySpan<byte> line, out string? error)
    {
        error = null;
        DateTimeOffset? createdAt = null;
        string? response = null, thinking = null, doneReason = null;
        bool done = false;
        StatsReader stats = default;
        ImmutableArray<OllamaLogprob> logprobs = [];
        ImmutableArray<int> context = [];
        var reader = new Utf8JsonReader(line);
        Envelope.Open(ref reader);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("response"u8))
            {
                response = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                _model = Lenient.ReadString(ref reader, _model) ?? "";
            }
            else if (reader.ValueTextEquals("created_at"u8))
            {
                createdAt = Lenient.ReadTime(ref reader);
            }
            else if (reader.ValueTextEquals("thinking"u8))
            {
                thinking = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("done"u8))
            {
                done = Lenient.ReadBool(ref reader);
            }
            else if (reader.ValueTextEquals("done_reason"u8))
            {
                doneReason = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                error = Envelope.ReadError(ref reader);
            }
            else if (reader.ValueTextEquals("context"u8))
            {
                context = ReadContext(ref reader);
            }
            else if (reader.ValueTextEquals("logprobs"u8))
            {
                logprobs = LogprobsReader.Read(ref reader);
            }
            else if (!stats.TryRead(ref reader))
            {
                Lenient.Skip(ref reader);
            }
        }

        Envelope.Close(ref reader);
        return error is not null ? null : new OllamaGenerateChunk
        {
            Model = _model,
            CreatedAt = createdAt,
            Response = response ?? "",
            Thinking = thinking is { Length: > 0 } ? thinking : null,
            Logprobs = logprobs,
            Done = done,
            DoneReason = string.IsNullOrEmpty(doneReason) ? null : doneReason,
            Context = context,
            Stats = stats.ToStats(),
        };
    }

    /// <summary>Tokens; empty where they cannot be read.</summary>
    private static ImmutableArray<int> ReadContext(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return [];
        }

        bool isValid = true;
        var tokens = ImmutableArray.CreateBuilder<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int token))
            {
                tokens.Add(token);
            }
            else
            {
                isValid = false;
                reader.Skip();
            }
        }

        return isValid ? tokens.ToImmutable() : [];
    }
}
