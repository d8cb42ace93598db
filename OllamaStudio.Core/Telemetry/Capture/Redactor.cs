using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>
/// Takes secrets and personal data out of a text before it is put on a span: private-key blocks, credentials in URLs,
/// bearer tokens, API keys, e-mail addresses, payment card numbers, and what the person's own patterns match. It errs on
/// the side of hiding. Time grows linearly with the text: no pattern backtracks. Safe for concurrent use.
/// </summary>
public sealed class Redactor
{
    /// <summary>Longest pattern taken, in characters.</summary>
    public const int MaxPatternLength = 1_000;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly RedactionRule[] s_builtIn =
    [
        // A block whose end was cut off is hidden to the end of the text.
        BuiltInRule("private key", "private-key", @"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)"),
        BuiltInRule("credentials in a URL", "credentials", @"://(?<secret>[^\s/@]+)@"),
        BuiltInRule("token", "token", @"(?i:\bauthorization[""']?\s*[:=]\s*[""']?(?:basic|bearer|digest|token)\s+(?<secret>[^\s""',;]+))"),
        BuiltInRule("token", "token", @"(?i:\bbearer\s+(?<secret>[a-z0-9._~+/-]{8,}=*))"),

        // JSON Web Tokens; the keys of OpenAI and Anthropic, Stripe, GitHub, GitLab, Slack, AWS, Google, Hugging Face and npm.
        BuiltInRule("token", "token", @"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),
        BuiltInRule(
            "API key",
            "api-key",
            @"\b(?:sk-[A-Za-z0-9_-]{12,}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}" +
            @"|glpat-[A-Za-z0-9_-]{16,}|xox[a-z]-[A-Za-z0-9-]{10,}|A[KS]IA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}" +
            @"|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,})"),
        BuiltInRule(
            "API key",
            "api-key",
            @"(?i:\b(?:(?:x-)?api[ _-]?key|(?:access|auth|secret)[_-](?:key|token)|client[_-]secret|passw(?:or)?d)[""']?\s*[:=]\s*[""']?(?<secret>[^\s""',;\[][^\s""',;]{3,}))"),
        BuiltInRule("e-mail address", "email", @"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.\p{L}{2,}"),
        new("card number", MarkOf("card"), CardNumbers.Find),
    ];

    private readonly RedactionRule[] _rules;

    /// <summary>Makes a redactor with the built-in rules and further patterns.</summary>
    /// <param name="patterns">Regular expressions whose matches are hidden; blank ones are passed over.</param>
    /// <param name="patience">How long one of them may take on a text; null for as long as it takes, which is a matter of the text's length.</param>
    /// <exception cref="ArgumentException">A pattern is invalid (see <see cref="TryValidate"/>).</exception>
    public Redactor(IEnumerable<string> patterns, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var own = patterns.Where(pattern => !string.IsNullOrWhiteSpace(pattern)).Select(pattern => CompileOwn(pattern, patience));
        _rules = [.. s_builtIn, .. own.Select(static pattern => RedactionRule.Of($"pattern {pattern}", MarkOf("pattern"), pattern))];
    }

    /// <summary>The built-in rules alone.</summary>
    public static Redactor BuiltIn { get; } = new([]);

    /// <summary>Whether <paramref name="pattern"/> can be used; false with the reason for a person where it cannot.</summary>
    public static bool TryValidate(string pattern, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (string.IsNullOrWhiteSpace(pattern))
        {
            error = "The pattern is empty.";
        }
        else if (pattern.Length > MaxPatternLength)
        {
            error = $"The pattern is longer than {MaxPatternLength} characters.";
        }
        else
        {
            try
            {
                if (Compile(pattern).IsMatch(""))
                {
                    error = $"The pattern \"{pattern}\" matches empty text, and so everywhere.";
                }
            }
            catch (RegexParseException invalid)
            {
                error = $"The pattern \"{pattern}\" is not a regular expression: {invalid.Message}";
            }
            catch (NotSupportedException)
            {
                error = $"The pattern \"{pattern}\" uses a lookaround, a backreference or an atomic group, or is too complex: these can take very long on a long text and are not allowed.";
            }
        }

        return error is null;
    }

    /// <summary>The text with everything hidden that a rule matches; <c>[redacted:…]</c> names the rule.</summary>
    public string Redact(string text) => Inspect(text).Text;

    /// <summary>The same, with what was hidden and by which rule.</summary>
    /// <exception cref="RegexMatchTimeoutException">A pattern took longer than this redactor's patience.</exception>
    public RedactedText Inspect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<Redaction>? redactions = null;
        foreach (var rule in _rules)
        {
            if (rule.Find(text) is { } found)
            {
                (text, redactions) = Hide(text, rule, found, redactions ?? []);
            }
        }

        return new RedactedText(text, redactions is null ? [] : [.. redactions]);
    }

    /// <summary>Puts marks in the place of what one rule found; marks of earlier rules move along, and those within what is hidden now go with it.</summary>
    private static (string Text, List<Redaction> Redactions) Hide(string text, RedactionRule rule, List<(int Start, int Length)> found, List<Redaction> earlier)
    {
        var result = new StringBuilder(text.Length);
        var redactions = new List<Redaction>(found.Count + earlier.Count);
        var (taken, next) = (0, 0);
        foreach (var (start, length) in found)
        {
            Keep(start);
            redactions.Add(new Redaction(result.Length, rule.Mark.Length, rule.Name, text.Substring(start, length)));
            result.Append(rule.Mark);
            taken = start + length;
        }

        Keep(text.Length);
        return (result.ToString(), redactions);

        void Keep(int end)
        {
            for (; next < earlier.Count && earlier[next].Start + earlier[next].Length <= end; next++)
            {
                if (earlier[next].Start >= taken)
                {
                    redactions.Add(earlier[next] with { Start = result.Length + earlier[next].Start - taken });
                }
            }

            result.Append(text, taken, end - taken);
        }
    }

    private static RedactionRule BuiltInRule(string name, string mark, string pattern) => RedactionRule.Of(name, MarkOf(mark), Compile(pattern));

    private static string MarkOf(string rule) => $"[redacted:{rule}]";

    private static Regex CompileOwn(string pattern, TimeSpan? patience) =>
        TryValidate(pattern, out var error) ? Compile(pattern, patience) : throw new ArgumentException(error, nameof(pattern));

    private static Regex Compile(string pattern, TimeSpan? patience = null) => new(pattern, Options, patience ?? Regex.InfiniteMatchTimeout);
}
