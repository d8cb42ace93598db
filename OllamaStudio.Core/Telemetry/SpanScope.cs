using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Capture;
using OllamaStudio.Core.Telemetry.ModelCalls;

namespace OllamaStudio.Core.Telemetry;

/// <summary>What all spans of one turn share, fixed when the turn begins.</summary>
/// <param name="SessionId">The conversation's id; null outside a conversation.</param>
/// <param name="Policy">What content may be set.</param>
/// <param name="Attributes">The person's own attributes, for every span.</param>
internal sealed record SpanScope(string? SessionId, CapturePolicy Policy, ImmutableSortedDictionary<string, string> Attributes)
{
    // The scope travels on the activity, unseen by exporters: an AsyncLocal of its own would be lost across "yield return".
    private const string Property = "OllamaStudio.SpanScope";

    private readonly List<string> _answers = [];
    private readonly ConcurrentQueue<ReplyWarning> _warnings = [];
    private CallCost _cost;
    private ContextUse? _context;
    private PromptCount? _prompt;
    private volatile Exception? _readerError;

    /// <summary>A scope from what is in force now.</summary>
    public static SpanScope Begin(ISettings settings, ContentCapture capture, string? sessionId) =>
        new(sessionId, capture.Begin(), settings.Current.Telemetry.SpanAttributes) { MetricNames = settings.Current.Telemetry.MetricNames };

    /// <summary>Parameters, by Ollama's names, that are set in this conversation alone; what is measured with them tells nothing of the person's setup.</summary>
    public IReadOnlyCollection<string> OwnParameters { get; init; } = [];

    /// <summary>Which names of the GenAI conventions its metrics go by.</summary>
    public MetricNaming MetricNames { get; init; }

    /// <summary>The scope that the current activity is in; null where it is in none.</summary>
    public static SpanScope? Current => Of(Activity.Current);

    /// <summary>The scope that <paramref name="activity"/> is in, some library's activity below ours included; null where it is in none.</summary>
    public static SpanScope? Of(Activity? activity)
    {
        for (; activity is not null; activity = activity.Parent)
        {
            if (activity.GetCustomProperty(Property) is SpanScope scope)
            {
                return scope;
            }
        }

        return null;
    }

    /// <summary>
    /// What the model calls answered so far, as much of it as may be kept. Several are redacted one by one before they are joined: a
    /// secret at the beginning of one would not be known for one right behind the last word of another.
    /// </summary>
    public string Answers(CapturePolicy policy)
    {
        lock (_answers)
        {
            return _answers is [var only] ? only : string.Concat(_answers.Select(policy.Whole));
        }
    }

    /// <summary>What the model calls cost so far.</summary>
    public CallCost Cost
    {
        get
        {
            lock (_answers)
            {
                return _cost;
            }
        }
    }

    /// <summary>How much of the context the last model call used, or the one that lost some of it; null where unknown.</summary>
    public ContextUse? Context
    {
        get
        {
            lock (_answers)
            {
                return _context;
            }
        }
    }

    /// <summary>How long the prompt of the last model call was whose tokens were counted whole; null where there was none.</summary>
    public PromptCount? Prompt
    {
        get
        {
            lock (_answers)
            {
                return _prompt;
            }
        }
    }

    /// <summary>
    /// Why whoever reads the answers takes no more of them, where that is an error; else null. Spans that nobody reads on end with
    /// it: without it they would take the turn for one that the person stopped.
    /// </summary>
    public Exception? ReaderError
    {
        get => _readerError;
        set => _readerError = value;
    }

    /// <summary>Keeps what is to be told of an ended call over all of them: its answer, what it cost, what it used of the context, and how long its prompt was.</summary>
    public void Keep(string answer, CallCost cost = default, ContextUse? context = null, PromptCount? prompt = null)
    {
        lock (_answers)
        {
            _answers.Add(answer);
            _cost = _cost.Plus(cost);
            _context = ContextUse.Worse(_context, context);
            _prompt = prompt ?? _prompt;
        }
    }

    /// <summary>Says that something goes wrong with the reply that is being written.</summary>
    public void Warn(ReplyWarning warning) => _warnings.Enqueue(warning);

    /// <summary>The next of what was said to go wrong; null for nothing new. Each is given once.</summary>
    public ReplyWarning? TakeWarning() => _warnings.TryDequeue(out var warning) ? warning : null;

    /// <summary>Puts <paramref name="activity"/> into this scope.</summary>
    public void Enter(Activity activity) => activity.SetCustomProperty(Property, this);
}
