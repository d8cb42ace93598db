using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// What a person typed to narrow a list of traces, as <see cref="QueryParser"/> reads it. Every word must be found and every number must
/// fit; of the values of one field of text, one must. Case is ignored.
/// </summary>
public sealed class TraceFilter
{
    /// <summary>The value of <see cref="Tool"/> for traces that called any.</summary>
    public const string AnyTool = "any";

    /// <summary>The value of <see cref="QueryField.Feedback"/> for traces whose reply got a thumb, whichever.</summary>
    public const string AnyThumb = "any";

    /// <summary>The value of <see cref="QueryField.Status"/> for turns that the studio did not see the end of (<see cref="TraceSummary.IsInterrupted"/>); they are unset, too.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>Finds traces of a status: <c>running</c>, <c>ok</c>, <c>error</c>, <c>unset</c>, <c>interrupted</c>, or how one of them begins.</summary>
    public const string Status = "status:";

    /// <summary>Finds traces of a model: with its tag that one alone, without one all of its family.</summary>
    public const string Model = "model:";

    /// <summary>Finds traces that called a tool.</summary>
    public const string Tool = "tool:";

    /// <summary>Finds traces by what began them: <c>lab</c> for replays.</summary>
    public const string Source = "source:";

    /// <summary>Most characters that are read; who typed more is told.</summary>
    public const int MaxLength = 4_000;

    private readonly ILookup<QueryField, FieldTerm> _fields;
    private readonly ImmutableArray<QueryTerm> _others;

    private TraceFilter(string text)
    {
        (Terms, Problems, Notes) = QueryParser.Parse(text);
        _fields = Terms.OfType<FieldTerm>().Where(static term => !term.IsNegated).ToLookup(static term => term.Field);
        _others = [.. Terms.Where(static term => term is not AttributeTerm && (term.IsNegated || term is not FieldTerm))];
        Attributes = [.. Terms.OfType<AttributeTerm>()];
    }

    /// <summary>What is asked for, in the order it was typed.</summary>
    public ImmutableArray<QueryTerm> Terms { get; }

    /// <summary>What is wrong with what was typed; it narrows nothing.</summary>
    public ImmutableArray<QueryProblem> Problems { get; }

    /// <summary>What was taken otherwise than it may be meant: it narrows, as words.</summary>
    public ImmutableArray<QueryProblem> Notes { get; }

    /// <summary>The first of <see cref="Problems"/> in words; null where there is none.</summary>
    public string? Problem => Problems.FirstOrDefault()?.Message;

    /// <summary>Whether summaries are not enough: attributes of spans are asked for, too.</summary>
    public bool NeedsSpans => !Attributes.IsEmpty;

    /// <summary>Whether the thumbs on replies are asked for.</summary>
    internal bool NeedsThumbs => Terms.Any(static term => term is FieldTerm asked && asked.Field == QueryField.Feedback);

    /// <summary>Whether the prompts of interrupted turns are asked for, which no span of them tells.</summary>
    internal bool NeedsPrompts => Terms.Any(static term => term is WordTerm);

    /// <summary>What is asked of attributes: <see cref="Matches"/> leaves it to <see cref="MatchesAttributes"/>.</summary>
    internal ImmutableArray<AttributeTerm> Attributes { get; }

    /// <summary>Terms of which each must fit: words, numbers, and those turned round.</summary>
    internal ImmutableArray<QueryTerm> Single => _others;

    /// <summary>Fields of text, each with the values of which one must fit.</summary>
    internal ILookup<QueryField, FieldTerm> Fields => _fields;

    /// <summary>Reads what was typed. Anything is read: what is no typed filter is a word.</summary>
    public static TraceFilter Parse(string text) => new(text);

    /// <summary>Whether the trace is to be shown, as far as a summary can tell.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="conversation">The title of its conversation; null where there is none (any more).</param>
    /// <param name="now">The moment that a running trace is measured at; null for its last.</param>
    /// <param name="thumbs">The thumbs on the replies of traces, by their ids; null for none.</param>
    /// <param name="prompts">The prompts of interrupted turns, by the ids of their traces; null for none.</param>
    public bool Matches(TraceSummary trace, string? conversation, DateTimeOffset? now = null, ILookup<string, ReplyThumb>? thumbs = null, ILookup<string, string>? prompts = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return _fields.All(field => field.Any(term => Fits(term, trace, thumbs)))
            && _others.All(term => term.IsNegated != term switch
            {
                WordTerm { Words: var words } => new[] { trace.Title, trace.Name, trace.Model, trace.SessionId, trace.TraceId, conversation, trace.Error }
                    .Any(field => field?.Contains(words, StringComparison.OrdinalIgnoreCase) is true)
                    || (trace.IsInterrupted && prompts is not null && IsPrompt(prompts[trace.TraceId], words)),
                NumberTerm number => number.Field.NumberOf(trace, now) is { } value && Compares(value.CompareTo(number.Value), number.Operator),
                FieldTerm field => Fits(field, trace, thumbs),
                _ => true,
            });
    }

    /// <summary>Whether the trace is to be shown, as far as only the attributes of its spans can tell.</summary>
    /// <param name="spans">Those of each span; spans that have none of the names may be left out.</param>
    internal bool MatchesAttributes(IReadOnlyCollection<ImmutableArray<KeyValuePair<string, object?>>> spans) =>
        Attributes.All(term => term.IsNegated != spans.Any(attributes => AttributeMatch.Fits(term, attributes)));

    /// <summary>
    /// What has a field's form and the name of none, for who would take the answer to other words for the one that was asked for; null where there is nothing of
    /// that kind. A person's words may have such a form: <see cref="Notes"/> tells less.
    /// </summary>
    public static QueryProblem? FindUnknownField(string text) => QueryParser.FindUnknownField(text);

    /// <summary>Whether the term is among what was typed.</summary>
    public static bool Has(string text, string term) => QueryParser.Split(text).Any(typed => Equal(typed.Typed, term));

    /// <summary>The text with the term taken out where it was, else with it at the end.</summary>
    public static string Toggled(string text, string term)
    {
        var terms = QueryParser.Split(text).Select(static typed => typed.Typed).ToArray();
        return string.Join(' ', terms.Contains(term, StringComparer.OrdinalIgnoreCase) ? terms.Where(typed => !Equal(typed, term)) : terms.Append(term));
    }

    /// <summary>Parts a text into the filters in it that can be read, each once, and the rest: words, and what is wrong or not finished.</summary>
    public static (ImmutableArray<string> Filters, string Words) Part(string text)
    {
        var terms = QueryParser.Parse(text).Terms.DistinctBy(static term => term.Start).ToDictionary(static term => term.Start);
        var parts = QueryParser.Split(text).ToLookup(part => terms.GetValueOrDefault(part.Start) is not (null or WordTerm), static part => part.Typed);
        return ([.. parts[true].Distinct(StringComparer.OrdinalIgnoreCase)], string.Join(' ', parts[false]));
    }

    /// <summary>The statuses that a typed value means.</summary>
    internal static IEnumerable<SpanStatus> StatusesOf(string typed) =>
        Enum.GetValues<SpanStatus>().Where(status => SpanFacts.StatusWord(status).StartsWith(typed, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a typed value means <see cref="Interrupted"/>, or how it begins.</summary>
    internal static bool MeansInterrupted(string typed) => Interrupted.StartsWith(typed, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the words stand in one of those prompts.</summary>
    internal static bool IsPrompt(IEnumerable<string> prompts, string words) => prompts.Any(prompt => prompt.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>What can begin a trace (<c>studio.source</c>), in the order that it is offered in.</summary>
    internal static ImmutableArray<string> Sources { get; } = [TelemetryNames.Values.SourceChat, TelemetryNames.Values.SourceLab, TelemetryNames.Values.SourceGateway];

    /// <summary>Those of <see cref="Sources"/> that a typed value means: the one, or those that begin so.</summary>
    internal static IEnumerable<string> SourcesOf(string typed) => Sources.Where(source => source.StartsWith(typed, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a typed value means that model.</summary>
    internal static bool IsModel(string model, string typed) =>
        Equal(model, typed) || Equal(ModelNames.Display(model), typed)
        || (!typed.Contains(':', StringComparison.Ordinal) && model.StartsWith(typed + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a comparison has the result that an operator asks for.</summary>
    internal static bool Compares(int order, QueryOperator comparison) => comparison switch
    {
        QueryOperator.Greater => order > 0,
        QueryOperator.AtLeast => order >= 0,
        QueryOperator.Less => order < 0,
        QueryOperator.AtMost => order <= 0,
        QueryOperator.NotEqual => order != 0,
        _ => order == 0,
    };

    /// <summary>Whether a typed value means one of those thumbs.</summary>
    internal static bool IsThumb(IEnumerable<ReplyThumb> thumbs, string typed) => thumbs.Any(thumb => Equal(typed, AnyThumb) || Equal(typed, thumb.ToString()));

    private static bool Fits(FieldTerm term, TraceSummary trace, ILookup<string, ReplyThumb>? thumbs)
    {
        var value = term.Value;
        return term.Field switch
        {
            var field when field == QueryField.Status => StatusesOf(value).Any(status => status == trace.Status || (status is SpanStatus.Error && trace.ErrorCount > 0))
                || (trace.IsInterrupted && MeansInterrupted(value)),
            var field when field == QueryField.Model => trace.Model is { } model && IsModel(model, value),
            var field when field == QueryField.Tool => Equal(value, AnyTool) ? !trace.Tools.IsEmpty : trace.Tools.Contains(value, StringComparer.OrdinalIgnoreCase),
            var field when field == QueryField.Feedback => thumbs is not null && IsThumb(thumbs[trace.TraceId], value),
            var field when field == QueryField.Source => trace.Root.Source is { } source && SourcesOf(value).Contains(source, StringComparer.Ordinal),
            var field when field == QueryField.Service => trace.Service is { } service && Equal(service, value),
            _ => trace.SessionId == value,
        };
    }

    private static bool Equal(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
