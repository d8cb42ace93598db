using System.Collections.Immutable;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>
/// What a person typed to narrow a list of traces: words, and the typed filters <c>status:</c>, <c>model:</c> and <c>tool:</c>.
/// Every word must be found; of the filters of one sort, one must fit. Case is ignored.
/// </summary>
public sealed class TraceFilter
{
    /// <summary>The value of <see cref="Tool"/> for traces that called any.</summary>
    public const string AnyTool = "any";

    /// <summary>Finds traces of a status: <c>running</c>, <c>ok</c>, <c>error</c>, <c>unset</c>, or how one of them begins.</summary>
    public const string Status = "status:";

    /// <summary>Finds traces of a model: with its tag that one alone, without one all of its family.</summary>
    public const string Model = "model:";

    /// <summary>Finds traces that called a tool.</summary>
    public const string Tool = "tool:";

    private readonly ImmutableArray<SpanStatus> _statuses;
    private readonly string[] _models;
    private readonly string[] _tools;
    private readonly string[] _words;

    private TraceFilter(string text)
    {
        var terms = Terms(text);
        var statuses = Values(terms, Status);
        _statuses = [.. Enum.GetValues<SpanStatus>().Where(status => statuses.Any(typed => SpanFacts.StatusWord(status).StartsWith(typed, StringComparison.OrdinalIgnoreCase)))];
        Problem = statuses.Length > 0 && _statuses.IsEmpty ? $"There is no status “{statuses[0]}”: write running, ok, error or unset." : null;
        _models = Values(terms, Model);
        _tools = Values(terms, Tool);
        _words = [.. terms.Where(static term => !Is(term, Status) && !Is(term, Model) && !Is(term, Tool))];
    }

    /// <summary>What is wrong with what was typed, and what to write instead; null where nothing is. The fault itself narrows nothing.</summary>
    public string? Problem { get; }

    /// <summary>Reads what was typed. Anything is read: what is no typed filter is a word.</summary>
    public static TraceFilter Parse(string text) => new(text);

    /// <summary>Whether the trace is to be shown.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="conversation">The title of its conversation; null where there is none (any more).</param>
    public bool Matches(TraceSummary trace, string? conversation)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return (_statuses.IsEmpty || _statuses.Contains(trace.Status) || (_statuses.Contains(SpanStatus.Error) && trace.ErrorCount > 0))
            && (_models.Length == 0 || (trace.Model is { } model && Array.Exists(_models, typed => IsModel(model, typed))))
            && (_tools.Length == 0 || Array.Exists(_tools, typed => Equal(typed, AnyTool) ? !trace.Tools.IsEmpty : trace.Tools.Contains(typed, StringComparer.OrdinalIgnoreCase)))
            && Array.TrueForAll(_words, word => new[] { trace.Title, trace.Name, trace.Model, trace.SessionId, trace.TraceId, conversation, trace.Error }
                .Any(field => field?.Contains(word, StringComparison.OrdinalIgnoreCase) is true));
    }

    /// <summary>Whether the term is among what was typed.</summary>
    public static bool Has(string text, string term) => Array.Exists(Terms(text), typed => Equal(typed, term));

    /// <summary>The text with the term taken out where it was, else with it at the end.</summary>
    public static string Toggled(string text, string term) =>
        string.Join(' ', Has(text, term) ? Terms(text).Where(typed => !Equal(typed, term)) : Terms(text).Append(term));

    private static bool IsModel(string model, string typed) =>
        Equal(model, typed) || Equal(ModelNames.Display(model), typed)
        || (!typed.Contains(':', StringComparison.Ordinal) && model.StartsWith(typed + ":", StringComparison.OrdinalIgnoreCase));

    private static string[] Terms(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    // A filter that is still being typed, "status:", narrows nothing yet.
    private static string[] Values(string[] terms, string name) => [.. terms.Where(term => Is(term, name)).Select(term => term[name.Length..]).Where(static value => value.Length > 0)];

    private static bool Is(string term, string name) => term.StartsWith(name, StringComparison.OrdinalIgnoreCase);

    private static bool Equal(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
