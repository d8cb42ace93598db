using System.Collections.Immutable;
using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Reads the answer of <c>/api/embed</c>: <c>{"model":"e","embeddings":[[0.5,-1]],"total_duration":14143917,"prompt_eval_count":8}</c>.
/// The vectors are what was asked for: one that cannot be read is an error, unlike anything else here.
/// </summary>
internal sealed class EmbedParser(string model) : ILineParser<OllamaEmbeddings>
{
    public bool IsLast(OllamaEmbeddings item) => true;

    public OllamaEmbeddings? Parse(ReadOnlySpan<byte> line, out WireError? error)
    {
        error = null;
        string? answered = null;
        ImmutableArray<ReadOnlyMemory<float>> vectors = [];
        StatsReader stats = default;
        var reader = new Utf8JsonReader(line);
        Envelope.Open(ref reader);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("embeddings"u8))
            {
                vectors = ReadVectors(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                answered = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                error = Envelope.ReadError(ref reader);
            }
            else if (!stats.TryRead(ref reader))
            {
                Lenient.Skip(ref reader);
            }
        }

        Envelope.Close(ref reader);
        return error is not null ? null : new OllamaEmbeddings
        {
            Model = string.IsNullOrEmpty(answered) ? model : answered,
            Vectors = vectors,
            Stats = stats.ToStats(),
        };
    }

    private static ImmutableArray<ReadOnlyMemory<float>> ReadVectors(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return [];
        }

        var vectors = ImmutableArray.CreateBuilder<ReadOnlyMemory<float>>();
        var vector = new List<float>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException("Not a vector.");
            }

            vector.Clear();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                vector.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out float value) && float.IsFinite(value)
                    ? value
                    : throw new JsonException("Not a number of a vector."));
            }

            vectors.Add(vector.ToArray());
        }

        return vectors.ToImmutable();
    }
}
