using ColorCode;
using ColorCode.Common;

namespace OllamaStudio.Shared.Markdown;

/// <summary>A grammar of ColorCode with what has come into the language since, or was left out.</summary>
internal sealed class ExtendedLanguage : ILanguage
{
    private readonly ILanguage _inner;

    private ExtendedLanguage(ILanguage inner, params LanguageRule[] more)
    {
        _inner = inner;
        Rules = [.. inner.Rules, .. more];
    }

    /// <inheritdoc />
    public string Id => $"{_inner.Id}, extended";

    /// <inheritdoc />
    public string FirstLinePattern => _inner.FirstLinePattern;

    /// <inheritdoc />
    public string Name => _inner.Name;

    /// <inheritdoc />
    public string CssClassName => _inner.CssClassName;

    /// <inheritdoc />
    public IList<LanguageRule> Rules { get; }

    private static LanguageRule Numbers => Rule(@"\b[0-9][0-9_]*(\.[0-9]+)?\b", ScopeName.Number);

    private static LanguageRule Template => Rule("`[^`]*`", ScopeName.String);

    /// <summary>The grammar to use for one of ColorCode's: extended, or itself.</summary>
    public static ILanguage Of(ILanguage language) => language.Id switch
    {
        LanguageId.CSharp => new ExtendedLanguage(language, Words("record|required|init|nameof|when|and|or|not|nint|nuint|scoped|file|with")),
        LanguageId.Java => new ExtendedLanguage(language, Words("var|record|sealed|permits|yield")),
        LanguageId.Cpp => new ExtendedLanguage(language, Words("unsigned|constexpr|consteval|noexcept|override|final|decltype|concept|requires|co_await|co_return|co_yield|size_t"), Numbers),
        LanguageId.JavaScript => new ExtendedLanguage(language, Template, Words("let|async|await|of|yield|undefined"), Numbers),
        LanguageId.TypeScript => new ExtendedLanguage(language, Template, Words("let|async|await|of|yield|undefined|unknown|never|type|readonly|as|keyof|infer|satisfies"), Numbers),
        LanguageId.Sql => new ExtendedLanguage(language, Words("(?i:limit|offset|returning|conflict|boolean|text|window|filter|lateral|ilike)"), Numbers),
        _ => language,
    };

    /// <inheritdoc />
    public bool HasAlias(string lang) => _inner.HasAlias(lang);

    private static LanguageRule Words(string words) => Rule($@"\b(?:{words})\b", ScopeName.Keyword);

    private static LanguageRule Rule(string pattern, string scope) => new(pattern, new Dictionary<int, string> { [0] = scope });
}
