using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// How likely the tokens of a reply's text were. Kept as one compact JSON text, which is what is stored and exported, and read when somebody looks:
/// <c>[[4,-0.021],2,[1,-1.2," or",-0.9]]</c>. A list is a token: how many UTF-16 units of the text it takes, the natural logarithm of its
/// probability, and after that the likeliest others in its place, each with its own; a number is so many units of which nothing is known. It begins
/// with the text and may end before it does. Immutable.
/// </summary>
[JsonConverter(typeof(ReplyLogprobsConverter))]
public sealed record ReplyLogprobs
{
    /// <summary>Most characters of the JSON: about 5,000 tokens. What would come beyond is not known.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Most tokens that it can have: each takes at least 6 characters.</summary>
    public const int MaxTokens = MaxLength / 6;

    /// <summary>Most characters of another token's text; no model's are nearly as long.</summary>
    public const int MaxOtherLength = 100;

    /// <summary>Other tokens that are less likely than this are not kept.</summary>
    public const double LeastKept = 0.01;

    /// <summary>Most other tokens that are kept for each.</summary>
    public const int MostOthers = 3;

    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _json;

    private ReplyLogprobs(string json) => _json = json;

    /// <summary>They were asked for, and none came.</summary>
    public static ReplyLogprobs None { get; } = new("[]");

    /// <summary>Whether none came.</summary>
    public bool IsEmpty => _json == None._json;

    /// <summary>Characters of the JSON.</summary>
    internal int Length => _json.Length;

    /// <summary>The tokens in the order of the text.</summary>
    public ImmutableArray<TokenProbability> Read()
    {
        using var json = JsonDocument.Parse(_json);
        return Read(json.RootElement);
    }

    /// <summary>Keeps tokens, in the order of the text and none twice; those beyond <see cref="MaxLength"/> are left out.</summary>
    internal static ReplyLogprobs Of(IReadOnlyList<TokenProbability> tokens)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_compact))
        {
            var at = 0;
            writer.WriteStartArray();
            foreach (var token in tokens)
            {
                if (writer.BytesCommitted + writer.BytesPending >= MaxLength)
                {
                    break;
                }

                if (token.Start > at)
                {
                    writer.WriteNumberValue(token.Start - at);
                }

                Write(writer, token);
                at = token.Start + token.Length;
            }

            writer.WriteEndArray();
        }

        return buffer.WrittenCount == 2 ? None : new ReplyLogprobs(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Of JSON that may be anything: what makes no sense is left out, with all that follows it.</summary>
    internal static ReplyLogprobs Of(JsonElement json) => Of(Read(json));

    /// <summary>Writes it as it is kept.</summary>
    internal void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(_json);

    private static void Write(Utf8JsonWriter writer, TokenProbability token)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(token.Length);
        writer.WriteNumberValue(Rounded(token.Logprob));
        foreach (var (text, logprob) in token.Others)
        {
            writer.WriteStringValue(text);
            writer.WriteNumberValue(Rounded(logprob));
        }

        writer.WriteEndArray();
    }

    // A tenth of a percent of a probability is more than anybody can see. Below e^-99 all are the same.
    private static double Rounded(double logprob) => Math.Round(Math.Clamp(logprob, -99, 0), 3) + 0.0; // of the two zeros the plain one

    private static ImmutableArray<TokenProbability> Read(JsonElement json)
    {
        var tokens = ImmutableArray.CreateBuilder<TokenProbability>();
        var at = 0;
        foreach (var entry in json.ValueKind is JsonValueKind.Array ? json.EnumerateArray().AsEnumerable() : [])
        {
            if (entry.ValueKind is JsonValueKind.Number && entry.TryGetInt32(out var gap) && gap > 0 && gap < int.MaxValue - at)
            {
                at += gap;
            }
            else if (TryRead(entry, at) is { } token)
            {
                tokens.Add(token);
                at += token.Length;
            }
            else
            {
                break;
            }
        }

        return tokens.ToImmutable();
    }

    private static TokenProbability? TryRead(JsonElement entry, int at)
    {
        var length = entry.ValueKind is JsonValueKind.Array ? entry.GetArrayLength() : 0;
        if (length is < 2 or > 2 + (2 * MostOthers) || length % 2 != 0
            || entry[0].ValueKind is not JsonValueKind.Number || !entry[0].TryGetInt32(out var units) || units <= 0 || units >= int.MaxValue - at || Number(entry[1]) is not { } logprob)
        {
            return null;
        }

        var others = ImmutableArray.CreateBuilder<OtherToken>((length - 2) / 2);
        for (var index = 2; index < length; index += 2)
        {
            if (entry[index].ValueKind is not JsonValueKind.String || Number(entry[index + 1]) is not { } other)
            {
                return null;
            }

            others.Add(new OtherToken(TextCut.Start(entry[index].GetString()!, MaxOtherLength), other));
        }

        return new TokenProbability(at, units, logprob, others.MoveToImmutable());
    }

    private static double? Number(JsonElement value) => value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && number is <= 0 and > -1e300 ? number : null;
}

/// <summary>A token of a reply's text, or a few that share a character.</summary>
/// <param name="Start">Where it begins in the text, in UTF-16 units.</param>
/// <param name="Length">How many units it takes; at least 1.</param>
/// <param name="Logprob">The natural logarithm of its probability; at most 0.</param>
/// <param name="Others">The likeliest tokens that were not taken, most likely first; empty where none is worth naming, or none was told.</param>
public sealed record TokenProbability(int Start, int Length, double Logprob, ImmutableArray<OtherToken> Others)
{
    /// <summary>Its probability, 0 to 1.</summary>
    public double Probability => Math.Exp(Logprob);
}

/// <summary>A token that could have stood in another's place.</summary>
/// <param name="Token">Its text; may be half a character.</param>
/// <param name="Logprob">The natural logarithm of its probability; at most 0.</param>
public readonly record struct OtherToken(string Token, double Logprob)
{
    /// <summary>Its probability, 0 to 1.</summary>
    public double Probability => Math.Exp(Logprob);
}

/// <summary>Reads and writes <see cref="ReplyLogprobs"/> as the JSON that it is; what makes no sense is left out.</summary>
internal sealed class ReplyLogprobsConverter : JsonConverter<ReplyLogprobs>
{
    /// <inheritdoc />
    public override ReplyLogprobs Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return ReplyLogprobs.Of(WellFormed.Parse(json.RootElement.GetRawText()));
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, ReplyLogprobs value, JsonSerializerOptions options) => value.WriteTo(writer);
}
