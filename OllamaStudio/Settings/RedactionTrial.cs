using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Capture;

namespace OllamaStudio.Settings;

/// <summary>What the rules of redaction make of a text with which a person tries them. It is kept by nobody but the page.</summary>
/// <param name="Pieces">The redacted text in order.</param>
/// <param name="Counts">How many places each rule hid, the most first.</param>
/// <param name="Faults">The patterns that were left out, and why.</param>
public sealed record RedactionTrial(ImmutableArray<RedactionPiece> Pieces, ImmutableArray<(string Rule, int Count)> Counts, ImmutableArray<(int Line, string Message)> Faults)
{
    /// <summary>Longest text that can be tried, in characters.</summary>
    public const int MaxLength = 20_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Tries them.</summary>
    /// <param name="patterns">The person's own patterns as they are typed, one a line; those that cannot be used are left out.</param>
    /// <param name="text">The text; beyond <see cref="MaxLength"/> it is not looked at.</param>
    public static RedactionTrial Of(string patterns, string text)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        ArgumentNullException.ThrowIfNull(text);
        var faults = new SortedDictionary<int, string>();
        var usable = new List<(int Line, string Pattern)>();
        foreach (var (index, pattern) in patterns.ReplaceLineEndings("\n").Split('\n').Index().Where(static line => !string.IsNullOrWhiteSpace(line.Item)).Take(TelemetrySettingDefinitions.MaxPatterns))
        {
            if (Redactor.TryValidate(pattern, out var fault))
            {
                usable.Add((index + 1, pattern));
            }
            else
            {
                faults[index + 1] = fault;
            }
        }

        while (true)
        {
            try
            {
                var redacted = new Redactor(usable.Select(static one => one.Pattern), s_patience).Inspect(text.Length > MaxLength ? text[..MaxLength] : text);
                var counts = redacted.Redactions.CountBy(static one => one.Rule).OrderByDescending(static one => one.Value).Select(static one => (one.Key, one.Value));
                return new RedactionTrial(Cut(redacted), [.. counts], [.. faults.Select(static one => (one.Key, one.Value))]);
            }
            catch (RegexMatchTimeoutException late)
            {
                foreach (var (line, _) in usable.Where(one => one.Pattern == late.Pattern))
                {
                    faults[line] = "The pattern took longer than half a second on this text.";
                }

                usable.RemoveAll(one => one.Pattern == late.Pattern);
            }
        }
    }

    private static ImmutableArray<RedactionPiece> Cut(RedactedText redacted)
    {
        var pieces = ImmutableArray.CreateBuilder<RedactionPiece>();
        var taken = 0;
        foreach (var hidden in redacted.Redactions)
        {
            if (hidden.Start > taken)
            {
                pieces.Add(new(redacted.Text[taken..hidden.Start], null));
            }

            taken = hidden.Start + hidden.Length;
            pieces.Add(new(redacted.Text[hidden.Start..taken], hidden.Rule));
        }

        if (taken < redacted.Text.Length)
        {
            pieces.Add(new(redacted.Text[taken..], null));
        }

        return pieces.ToImmutable();
    }
}

/// <summary>A piece of a redacted text.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Rule">Where it stands for something hidden, the rule that hid it; else null.</param>
public readonly record struct RedactionPiece(string Text, string? Rule);
