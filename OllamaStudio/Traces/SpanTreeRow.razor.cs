using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>One row of the tree: a trace's head, or a span with its bar.</summary>
public partial class SpanTreeRow
{
    private (TreeRow? Row, int Index, bool IsActive, DateTimeOffset Now) _drawn;

    [Parameter, EditorRequired]
    public required TreeRow Row { get; set; }

    [Parameter, EditorRequired]
    public required string ElementId { get; set; }

    [Parameter, EditorRequired]
    public required string TestId { get; set; }

    /// <summary>Whether the keyboard is on this row.</summary>
    [Parameter]
    public bool IsActive { get; set; }

    /// <summary>The moment that is drawn; matters only while the trace is running.</summary>
    [Parameter]
    public DateTimeOffset Now { get; set; }

    /// <summary>How fast the reply of a running trace comes, by its id; null where nobody knows.</summary>
    [Parameter]
    public Func<string, ReplyPace?>? PaceOf { get; set; }

    /// <summary>The row was clicked.</summary>
    [Parameter]
    public EventCallback<TreeRow> OnPress { get; set; }

    /// <summary>The row's rows are to be shown or hidden.</summary>
    [Parameter]
    public EventCallback<TreeRow> OnToggle { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private TraceSummary Summary => Row.Tree.Summary;

    private string Name => Row is SpanRow row ? row.Span.Name : Summary.Name;

    private SpanStatus Status => Row is SpanRow row ? row.Span.Status : Summary.Status;

    private bool IsStopped => Row is SpanRow row ? SpanFacts.IsStopped(row.Span) : Summary.IsStopped;

    private bool IsDenied => Row is SpanRow row && SpanFacts.IsDenied(row.Span);

    private bool? Sampled => Row is SpanRow row ? row.Span.Sampled : Summary.Sampled;

    private string Shape => Row is SpanRow row ? SpanLabel.ShapeOf(row.Span) : "";

    private string Label => Row is SpanRow row ? SpanLabel.Of(row.Tree, row.Node) : Summary.Title;

    private string Tooltip => Row is SpanRow && Label != Name ? $"{Label} ({Name})" : Label;

    private string StatusText => IsDenied ? "denied" : IsStopped ? "stopped" : SpanFacts.StatusWord(Status);

    // Success is silent; a stop is told once, where the model was stopped.
    private bool IsTold => Row is SpanRow && (IsDenied || Status is SpanStatus.Error || (IsStopped && Shape is "model"));

    private string? TraceWord => Status switch
    {
        SpanStatus.Running => Pace ?? "running",
        SpanStatus.Error => "failed",
        _ when Summary.IsStopped => "stopped",
        _ when Summary.IsInterrupted => "interrupted",
        _ when Summary.ErrorCount > 0 => CountText.Of(Summary.ErrorCount, "failed span"),
        _ => null,
    };

    private string Meta => string.Join(" · ", new[] { Summary.IsReplay ? "Replay" : null, Summary.Model is { } model ? ModelNames.Display(model) : null, StartText, Tokens.IsKnown ? Tokens.Text : null }.OfType<string>());

    private bool IsDimmed => Row is SpanRow { IsMatch: false };

    // The head of a trace stands above its spans, which begin at its left.
    private int Depth => Row is SpanRow row ? row.Node.Depth : 0;

    private TokenCounts Tokens => Row is SpanRow row ? SpanFacts.Tokens(row.Span) : Summary.Tokens;

    private double? Rate => Row is SpanRow row ? SpanFacts.TokensPerSecond(row.Span) : null;

    // Of the whole turn, so with its root and its head; told by the conversation, because a running span tells nothing.
    private string? Pace =>
        Row is TraceRow or SpanRow { Span.ParentSpanId: null } && Status is SpanStatus.Running && PaceOf?.Invoke(Summary.TraceId) is { } pace
            ? PaceText.Of(pace.At(Now))
            : null;

    private string DurationLabel => Row is SpanRow row ? row.Span.DurationLabel(Now) : Summary.DurationLabel(Now);

    private string StartText =>
        TimeZoneInfo.ConvertTime(Summary.StartTime, Time.LocalTimeZone).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Rows are drawn again only for what is to be seen in them: time passes for running traces alone.</summary>
    protected override bool ShouldRender()
    {
        var next = (Row, Row.Index, IsActive, Summary.Status == SpanStatus.Running ? Now : default);
        if (next == _drawn)
        {
            return false;
        }

        _drawn = next;
        return true;
    }
}
