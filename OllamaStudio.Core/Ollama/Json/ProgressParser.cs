using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>Reads one line of <c>/api/pull</c> or <c>/api/create</c>: <c>{"status":"pulling 6a0746a1ec1a","digest":"sha256:…","total":4661211808,"completed":241970}</c>.</summary>
internal sealed class ProgressParser(string ifIncomplete) : ILineParser<OllamaProgress>
{
    public string? IfIncomplete => ifIncomplete;

    public bool IsLast(OllamaProgress item) => item.IsSuccess;

    public OllamaProgress? Parse(ReadOnlySpan<byte> line, out WireError? error)
    {
        error = null;
        string? status = null, digest = null;
        long? total = null, completed = null;
        var reader = new Utf8JsonReader(line);
        Envelope.Open(ref reader);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("status"u8))
            {
                status = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("digest"u8))
            {
                digest = Lenient.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("total"u8))
            {
                total = Lenient.ReadCount(ref reader);
            }
            else if (reader.ValueTextEquals("completed"u8))
            {
                completed = Lenient.ReadCount(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                error = Envelope.ReadError(ref reader);
            }
            else
            {
                Lenient.Skip(ref reader);
            }
        }

        Envelope.Close(ref reader);
        return error is not null ? null : new OllamaProgress
        {
            Status = status ?? "",
            Digest = string.IsNullOrEmpty(digest) ? null : digest,
            Total = total,
            Completed = completed,
        };
    }
}
