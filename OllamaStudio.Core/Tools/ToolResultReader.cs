using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Tools;

/// <summary>Makes text and images of whatever a tool returns.</summary>
internal static class ToolResultReader
{
    /// <summary>Longest text taken, in characters: more than most context windows hold.</summary>
    public const int MaxTextLength = 100_000;

    /// <summary>Most images taken of one call.</summary>
    public const int MaxImages = 8;

    /// <summary>Largest image taken, in bytes.</summary>
    public const int MaxImageBytes = 10 * 1024 * 1024;

    /// <summary>The outcome of a call that returned <paramref name="result"/>.</summary>
    public static ToolOutcome Read(object? result)
    {
        var text = new StringBuilder();
        var images = ImmutableArray.CreateBuilder<ToolImage>();
        switch (result)
        {
            case null:
                break;
            case AIContent one:
                Add(one);
                break;
            case IEnumerable<AIContent> many:
                foreach (var content in many)
                {
                    Add(content);
                }

                break;
            case string word:
                text.Append(word);
                break;
            case JsonElement { ValueKind: JsonValueKind.String } json:
                text.Append(json.GetString());
                break;
            case JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                break;
            default:
                text.Append(ToolJson.Value(result));
                break;
        }

        return new ToolOutcome(ToolCallState.Succeeded, Bounded(text.ToString())) { Images = images.ToImmutable() };

        void Add(AIContent content)
        {
            switch (content)
            {
                case DataContent data when data.HasTopLevelMediaType("image") && data.Data.Length <= MaxImageBytes && images.Count < MaxImages:
                    images.Add(new ToolImage(data.MediaType, data.Data));
                    break;
                case DataContent data:
                    Line($"[{data.MediaType}, {data.Data.Length} bytes: left out]");
                    break;
                case UriContent link:
                    Line(link.Uri.ToString());
                    break;
                case TextContent { Text.Length: > 0 } piece:
                    Line(piece.Text);
                    break;
                case ErrorContent error:
                    Line(error.Message);
                    break;
            }
        }

        void Line(string line) => text.Append(text.Length == 0 ? "" : "\n").Append(line);
    }

    /// <summary>The text as far as it is taken; a cut is said.</summary>
    public static string Bounded(string text)
    {
        return text.Length <= MaxTextLength
            ? text
            : FormattableString.Invariant($"{TextCut.Start(text, MaxTextLength)}\n[cut: {MaxTextLength} of {text.Length} characters]");
    }
}
