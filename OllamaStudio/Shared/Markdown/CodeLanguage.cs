using System.Collections.Frozen;
using ColorCode;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Shared.Markdown;

/// <summary>The language of a block of code, by the word behind its fence.</summary>
/// <param name="Name">Its name for people; what the model wrote where it is unknown. Untrusted.</param>
/// <param name="Grammar">What colours it; null where nothing does.</param>
internal sealed record CodeLanguage(string Name, ILanguage? Grammar)
{
    // A model that loops writes a fence of thousands of characters.
    private const int LongestName = 40;

    /// <summary>What is not said.</summary>
    public static readonly CodeLanguage Unnamed = new("Text", null);

    // The words as models write them. ColorCode has no grammar for the ones without an id.
    private static readonly FrozenDictionary<string, CodeLanguage> Known = new (string Words, string Name, string? Id)[]
    {
        ("csharp cs c#", "C#", "c#"),
        ("fsharp fs f#", "F#", "f#"),
        ("vb vbnet vb.net", "Visual Basic", "vb.net"),
        ("c h", "C", "cpp"),
        ("cpp c++ cc cxx hpp", "C++", "cpp"),
        ("java", "Java", "java"),
        ("javascript js mjs jsx node", "JavaScript", "javascript"),
        ("typescript ts tsx", "TypeScript", "typescript"),
        ("python py python3", "Python", "python"),
        ("php", "PHP", "php"),
        ("sql mysql postgresql postgres sqlite tsql plsql", "SQL", "sql"),
        ("json jsonc json5 jsonl", "JSON", "json"),
        ("html htm vue svelte", "HTML", "html"),
        ("xml xaml svg csproj xsd", "XML", "xml"),
        ("css scss less", "CSS", "css"),
        ("powershell pwsh ps1 ps", "PowerShell", "powershell"),
        ("markdown md", "Markdown", "markdown"),
        ("haskell hs", "Haskell", "haskell"),
        ("fortran f90", "Fortran", "fortran"),
        ("matlab", "MATLAB", "matlab"),
        ("bash shell sh zsh console", "Shell", null),
        ("go golang", "Go", null),
        ("rust rs", "Rust", null),
        ("yaml yml", "YAML", null),
        ("toml", "TOML", null),
        ("ini", "INI", null),
        ("ruby rb", "Ruby", null),
        ("swift", "Swift", null),
        ("kotlin kt", "Kotlin", null),
        ("scala", "Scala", null),
        ("dockerfile docker", "Dockerfile", null),
        ("makefile make", "Makefile", null),
        ("diff patch", "Diff", null),
        ("mermaid", "Mermaid", null),
        ("latex tex math", "LaTeX", null),
        ("text txt plaintext plain", Unnamed.Name, null),
    }
        .Select(row => (row.Words, Language: new CodeLanguage(row.Name, row.Id is null ? null : ExtendedLanguage.Of(Languages.FindById(row.Id)))))
        .SelectMany(row => row.Words.Split(' ').Select(word => KeyValuePair.Create(word, row.Language)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Formulas.</summary>
    public static CodeLanguage Latex => Known["latex"];

    /// <summary>Finds it.</summary>
    /// <param name="word">The word behind the fence, a file's name after a colon or options in braces included; null or empty where there is none.</param>
    public static CodeLanguage Of(string? word)
    {
        var end = word.AsSpan().IndexOfAny(":{,");
        var name = end > 0 ? word![..end] : word;
        return string.IsNullOrWhiteSpace(name) ? Unnamed
            : Known.TryGetValue(name, out var known) ? known
            : new CodeLanguage(TextCut.Shorten(name, LongestName), null);
    }
}
