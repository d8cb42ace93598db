using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Ollama;

/// <summary>Names of models as Ollama reads them: a name without a tag means <c>:latest</c>, and case does not matter.</summary>
public static partial class ModelNames
{
    /// <summary>Longest name taken: Ollama's host (350), namespace, model and tag (80 each) are shorter together.</summary>
    public const int MaxLength = 600;

    private const string DefaultTag = ":latest";

    /// <summary>Whether two names mean one model.</summary>
    public static bool Same(string left, string right) =>
        string.Equals(WithTag(left), WithTag(right), StringComparison.OrdinalIgnoreCase);

    /// <summary>The name as a person writes it: without <c>:latest</c>.</summary>
    public static string Display(string name) =>
        name.EndsWith(DefaultTag, StringComparison.OrdinalIgnoreCase) ? name[..^DefaultTag.Length] : name;

    /// <summary>
    /// Why that cannot be a model's name; null where it can. Ollama itself says so only after a while, or not at all: parts of letters, digits and
    /// <c>_ . -</c>, with <c>/</c> between them, a port after the first, and one tag.
    /// </summary>
    public static string? Fault(string? name)
    {
        name = name?.Trim();
        return string.IsNullOrEmpty(name) ? "Write the model's name, such as qwen3:8b."
            : name.Length > MaxLength ? $"A model's name has at most {MaxLength} characters."
            : !Shape().IsMatch(name) ? "A model's name has letters, digits and _ . - alone, with / between its parts and : before its tag, such as qwen3:8b or hf.co/someone/model:Q4_K_M."
            : null;
    }

    // A colon before the last slash belongs to a registry's port, not to a tag.
    internal static string WithTag(string name) =>
        name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + DefaultTag;

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[0-9]+(?=/))?(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Shape();
}
