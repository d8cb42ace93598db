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

    public OllamaGenerateChunk? Parse(ReadOnlySpan<byte> line, out WireError? error)
    {
        string? response = null, thinking = null;
        var common = new CommonFields();
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
            else if (reader.ValueTextEquals("thinking"u8))
            {
                thinking = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("context"u8))
            {
                context = ReadContext(ref reader);
            }
            else if (!common.TryRead(ref reader))
            {
                Lenient.Skip(ref reader);
            }
        }

        Envelope.Close(ref reader);
        error = common.Error;
        return error is not null ? null : new OllamaGenerateChunk
        {
            Model = _model,
            CreatedAt = common.CreatedAt,
            Response = response ?? "",
            Thinking = thinking is { Length: > 0 } ? thinking : null,
            Logprobs = common.Logprobs,
            Done = common.Done,
            DoneReason = common.DoneReason,
            Context = context,
            Stats = common.Stats,
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
