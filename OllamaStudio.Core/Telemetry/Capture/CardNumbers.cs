using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>Finds payment card numbers: 13 to 19 digits, grouped or not, that pass the Luhn check (ISO/IEC 7812).</summary>
internal static class CardNumbers
{
    private const int MinDigits = 13;
    private const int MaxDigits = 19;

    // A run of digits with at most one space or hyphen between two of them.
    private static readonly Regex Runs = new("[0-9](?:[ -]?[0-9]){12,}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Where card numbers stand; null for nowhere.</summary>
    public static List<(int Start, int Length)>? Find(string text)
    {
        List<(int, int)>? found = null;
        for (var run = Runs.Match(text); run.Success; run = run.NextMatch())
        {
            // The digits after a decimal point are a measurement, not a card.
            if (run.Index <= 1 || text[run.Index - 1] != '.' || !char.IsAsciiDigit(text[run.Index - 2]))
            {
                FindIn(run, ref found);
            }
        }

        return found;
    }

    private static void FindIn(Match run, ref List<(int Start, int Length)>? found)
    {
        // A card may stand beside other numbers ("12 4111 1111 1111 1111"): try every stretch of whole groups.
        var digits = run.ValueSpan;
        var position = 0;
        while (position < digits.Length)
        {
            var end = EndOfCard(digits, position);
            if (end > position)
            {
                (found ??= []).Add((run.Index + position, end - position));
                position = end;
                continue;
            }

            var next = digits[position..].IndexOfAny(' ', '-');
            position = next < 0 ? digits.Length : position + next + 1;
        }
    }

    /// <summary>Where the longest card that begins at <paramref name="start"/> and ends with a group ends; <paramref name="start"/> where there is none.</summary>
    private static int EndOfCard(ReadOnlySpan<char> run, int start)
    {
        var (end, count) = (start, 0);
        for (var i = start; i < run.Length && count <= MaxDigits; i++)
        {
            if (!char.IsAsciiDigit(run[i]))
            {
                continue;
            }

            count++;
            if ((i + 1 == run.Length || !char.IsAsciiDigit(run[i + 1])) && IsCard(run[start..(i + 1)]))
            {
                end = i + 1;
            }
        }

        return end;
    }

    private static bool IsCard(ReadOnlySpan<char> candidate)
    {
        // Issuers of payment cards begin with 2 to 6; this spares most ids and times in nanoseconds.
        if (candidate[0] is < '2' or > '6')
        {
            return false;
        }

        var (sum, digits) = (0, 0);
        for (var i = candidate.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(candidate[i]))
            {
                continue;
            }

            var digit = candidate[i] - '0';
            if (digits % 2 == 1)
            {
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            }

            sum += digit;
            if (++digits > MaxDigits)
            {
                return false;
            }
        }

        return digits >= MinDigits && sum % 10 == 0;
    }
}
