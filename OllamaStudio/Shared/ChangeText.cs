using System.Globalization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Shared;

/// <summary>What changed, in words.</summary>
public static class ChangeText
{
    // As much of a digest as `ollama list` tells apart at a glance.
    private const int DigestLength = 7;

    /// <summary>Such as <c>22 Nov 09:40 · Ollama 0.33.0 → 0.33.3</c> or <c>24 Nov 12:05 · qwen3:8b: context 8k → 16k</c>.</summary>
    public static string Of(SetupChange change, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(change);
        var when = TimeZoneInfo.ConvertTime(change.Time, zone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);
        var what = string.Join(", ", change.Marks.SelectMany(Words));
        return change.Model is { } model ? $"{when} · {ModelNames.Display(model)}: {what}" : $"{when} · {what}";
    }

    private static IEnumerable<string> Words(ChangeMark mark) => mark.What switch
    {
        ChangeKind.Version => [$"Ollama {mark.Before} → {mark.After}"],
        ChangeKind.Digest => [$"model {Digest(mark.Before)} → {Digest(mark.After)}"],
        ChangeKind.Context => [$"context {Tokens(mark.Before)} → {Tokens(mark.After)}"],
        _ => Options(Parts(mark.Before), Parts(mark.After)),
    };

    private static IEnumerable<string> Options(Dictionary<string, string> before, Dictionary<string, string> after) =>
        before.Keys.Union(after.Keys, StringComparer.Ordinal).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name))
            .Select(name => $"{name} {Value(before.GetValueOrDefault(name))} → {Value(after.GetValueOrDefault(name))}");

    private static string Value(string? value) => value switch { null => "as the model has it", "true" => "on", "false" => "off", _ => value };

    private static Dictionary<string, string> Parts(string? options) =>
        (options ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static option => option.Split('=', 2)).ToDictionary(static option => option[0], static option => option[^1], StringComparer.Ordinal);

    private static string? Digest(string? digest) => digest is { Length: > DigestLength } ? digest[..DigestLength] : digest;

    private static string? Tokens(string? text) =>
        !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) ? text : tokens % 1024 == 0 ? CountText.Brief(tokens / 1024) + "k" : CountText.Brief(tokens);
}
