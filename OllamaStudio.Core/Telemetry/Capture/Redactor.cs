using System.Diagnostics.CodeAnalysis;
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

    private static readonly (Regex Pattern, string Replacement)[] BuiltInRules =
    [
        // A block whose end was cut off is hidden to the end of the text.
        (Compile(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)"), "[redacted:private-key]"),
        (Compile(@"://[^\s/@]+@"), "://[redacted:credentials]@"),
        (Compile(@"(?i:\b(authorization[""']?\s*[:=]\s*[""']?(?:basic|bearer|digest|token))\s+[^\s""',;]+)"), "$1 [redacted:token]"),
        (Compile(@"(?i:\b(bearer)\s+[a-z0-9._~+/-]{8,}=*)"), "$1 [redacted:token]"),

        // JSON Web Tokens; the keys of OpenAI and Anthropic, Stripe, GitHub, GitLab, Slack, AWS, Google, Hugging Face and npm.
        (Compile(@"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"), "[redacted:token]"),
        (Compile(
            @"\b(?:sk-[A-Za-z0-9_-]{12,}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}" +
            @"|glpat-[A-Za-z0-9_-]{16,}|xox[a-z]-[A-Za-z0-9-]{10,}|A[KS]IA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}" +
            @"|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,})"), "[redacted:api-key]"),
        (Compile(@"(?i:\b((?:x-)?api[ _-]?key|(?:access|auth|secret)[_-](?:key|token)|client[_-]secret|passw(?:or)?d)([""']?\s*[:=]\s*[""']?)[^\s""',;\[][^\s""',;]{3,})"), "$1$2[redacted:api-key]"),
        (Compile(@"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.\p{L}{2,}"), "[redacted:email]"),
    ];

    private readonly Regex[] _own;

    /// <summary>Makes a redactor with the built-in rules and further patterns.</summary>
    /// <param name="patterns">Regular expressions whose matches are hidden; blank ones are passed over.</param>
    /// <exception cref="ArgumentException">A pattern is invalid (see <see cref="TryValidate"/>).</exception>
    public Redactor(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        _own = [.. patterns.Where(pattern => !string.IsNullOrWhiteSpace(pattern)).Select(CompileOwn)];
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
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (pattern, replacement) in BuiltInRules)
        {
            text = pattern.Replace(text, replacement);
        }

        text = CardNumbers.Replace(text, "[redacted:card]");
        foreach (var pattern in _own)
        {
            text = pattern.Replace(text, "[redacted:pattern]");
        }

        return text;
    }

    private static Regex CompileOwn(string pattern) =>
        TryValidate(pattern, out var error) ? Compile(pattern) : throw new ArgumentException(error, nameof(pattern));

    private static Regex Compile(string pattern) => new(pattern, Options);
}
