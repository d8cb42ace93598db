using System.Net;
using System.Text.RegularExpressions;
using ColorCode;
using ColorCode.Common;
using ColorCode.Compilation;
using ColorCode.Parsing;
using ColorCode.Styling;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Colours code with ColorCode, within a limit of time. ColorCode's patterns have none, and some of them never end: an open
/// comment followed by 24 empty lines keeps its C# busy for 16 seconds, and each further line nearly doubles that. So each of
/// its patterns is built anew with a limit for a match, and a block has a limit for all its matches.
/// </summary>
internal sealed partial class CodeColorizer : ILanguageParser, ILanguageCompiler
{
    /// <summary>Longest search for one match.</summary>
    public static readonly TimeSpan MatchLimit = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest work on one block; a match that is under way at its end adds its own limit. 20 KB of C# take 20 ms, on a busy machine 130.</summary>
    public static readonly TimeSpan BlockLimit = TimeSpan.FromSeconds(1);

    private static readonly StyleDictionary Classes = BuildClasses();

    private readonly LanguageCompiler _compiler = new([], new ReaderWriterLockSlim());
    private readonly Dictionary<string, CompiledLanguage> _limited = [];
    private readonly LanguageParser _parser;
    private readonly TimeProvider _time;

    /// <summary>Creates one. It is for one thread at a time.</summary>
    /// <param name="time">The clock of the block's limit.</param>
    public CodeColorizer(TimeProvider time)
    {
        _time = time;
        _parser = new LanguageParser(this, new LanguageRepository(Languages.All.ToDictionary(language => language.Id, StringComparer.Ordinal)));
    }

    /// <summary>Colours it.</summary>
    /// <returns>HTML of text and <c>span</c>s of one of five classes; null where it took too long, or ColorCode lost a character of it.</returns>
    public string? Color(CodeText code)
    {
        try
        {
            var page = new HtmlClassFormatter(Classes, this).GetHtmlString(code.Text, code.Grammar);
            var html = Inner(page);
            return WebUtility.HtmlDecode(Tag().Replace(html, "")) == code.Text ? html : null;
        }
        catch (Exception exception) when (exception is RegexMatchTimeoutException or ArgumentException or InvalidOperationException)
        {
            // The last two are ColorCode's own: patterns that overlap in a way it did not foresee.
            return null;
        }
    }

    void ILanguageParser.Parse(string sourceCode, ILanguage language, Action<string, IList<Scope>> parseHandler)
    {
        var started = _time.GetTimestamp();
        _parser.Parse(sourceCode, language, (text, scopes) =>
        {
            if (_time.GetElapsedTime(started) > BlockLimit)
            {
                throw new RegexMatchTimeoutException();
            }

            parseHandler(text, scopes);
        });
    }

    CompiledLanguage ILanguageCompiler.Compile(ILanguage language)
    {
        if (!_limited.TryGetValue(language.Id, out var limited))
        {
            var compiled = _compiler.Compile(language);
            limited = new CompiledLanguage(compiled.Id, compiled.Name, new Regex(compiled.Regex.ToString(), compiled.Regex.Options, MatchLimit), compiled.Captures);
            _limited.Add(language.Id, limited);
        }

        return limited;
    }

    // ColorCode writes <div class="…"><pre>, a new line, the code, a new line, </pre></div>.
    private static string Inner(string page)
    {
        var start = page.IndexOf("<pre>", StringComparison.Ordinal) + "<pre>".Length + Environment.NewLine.Length;
        return page[start..(page.LastIndexOf("</pre>", StringComparison.Ordinal) - Environment.NewLine.Length)];
    }

    // Five classes for what ColorCode tells apart. A scope of none of them gets a span without a class.
    private static StyleDictionary BuildClasses()
    {
        var classes = new StyleDictionary();
        Add("k", ScopeName.Keyword, ScopeName.ControlKeyword, ScopeName.PseudoKeyword, ScopeName.PreprocessorKeyword, ScopeName.JsonConst, ScopeName.Intrinsic,
            ScopeName.HtmlElementName, ScopeName.XmlName, ScopeName.CssSelector, ScopeName.MarkdownHeader);
        Add("s", ScopeName.String, ScopeName.StringCSharpVerbatim, ScopeName.StringEscape, ScopeName.SpecialCharacter, ScopeName.JsonString, ScopeName.HtmlAttributeValue,
            ScopeName.XmlAttributeValue, ScopeName.XmlAttributeQuotes, ScopeName.XmlCDataSection, ScopeName.CssPropertyValue, ScopeName.MarkdownCode);
        Add("n", ScopeName.Number, ScopeName.JsonNumber, ScopeName.BuiltinValue, ScopeName.HtmlEntity);
        Add("t", ScopeName.Type, ScopeName.TypeVariable, ScopeName.ClassName, ScopeName.Constructor, ScopeName.NameSpace, ScopeName.Predefined, ScopeName.BuiltinFunction,
            ScopeName.SqlSystemFunction, ScopeName.Attribute, ScopeName.JsonKey, ScopeName.HtmlAttributeName, ScopeName.XmlAttribute, ScopeName.CssPropertyName,
            ScopeName.PowerShellAttribute, ScopeName.PowerShellCommand, ScopeName.PowerShellType);
        Add("c", ScopeName.Comment, ScopeName.HtmlComment, ScopeName.XmlComment, ScopeName.XmlDocComment, ScopeName.XmlDocTag);
        return classes;

        void Add(string name, params ReadOnlySpan<string> scopes)
        {
            foreach (var scope in scopes)
            {
                classes.Add(new Style(scope) { ReferenceName = name });
            }
        }
    }

    [GeneratedRegex("<[^>]*>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tag();
}
