using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>A model call that is made again, as it was or changed, and its result beside the original's. A replay ends with the page.</summary>
public partial class ReplayPage
{
    /// <summary>So much of each text is compared.</summary>
    public const int MaxComparedLength = 200_000;

    private const int MaxRows = 12;
    private const int RowLength = 70;

    private TraceRecord? _trace;
    private SpanRecord? _span;
    private RecordedCall? _call;
    private ReplayDraft? _draft;
    private ReplayRun? _run;
    private SpanRecord? _replayed;
    private ImmutableArray<DiffPiece> _pieces = [];
    private string? _textNote;
    private string? _problem;
    private RefreshPacer? _pacer;

    [Parameter]
    public required string TraceId { get; set; }

    [Parameter]
    public required string SpanId { get; set; }

    [Inject]
    public required ITraces Traces { get; set; }

    [Inject]
    public required CallReader Calls { get; set; }

    [Inject]
    public required ReplayRunner Runner { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private ServerStatus Server => Servers.Status.Current;

    private bool IsRunning => _run is { IsRunning: true };

    private string State => _run switch
    {
        null => "idle",
        { Result: null } => "running",
        { Result.Outcome: TurnOutcome.Completed } => "complete",
        { Result.Outcome: TurnOutcome.Stopped } => "stopped",
        _ => "failed",
    };

    private string OriginAddress => $"traces/{TraceId}?span={SpanId}";

    // Where the call went, where that is not where the replay goes; null where it is, or nobody knows.
    private string? Elsewhere =>
        _call?.Server is { } then && Server.Address.Length > 0 && then.GetLeftPart(UriPartial.Path) is var address && !Server.IsAt(address) ? address.TrimEnd('/') : null;

    private string? ServerProblem => Server switch
    {
        { State: ServerState.Down } => $"{Server.Error} {Server.NextStep}",
        { State: ServerState.Up, Models.Count: 0 } => "No model is installed there. Pull one on the Models page; it is listed here as soon as it is there.",
        _ => null,
    };

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _pacer = new RefreshPacer(Time, () => Dispatch(Draw));
        Watch(isInSight: true);
    }

    protected override void OnParametersSet()
    {
        if (_trace?.TraceId == TraceId && _span?.SpanId == SpanId)
        {
            return;
        }

        End();
        _trace = Traces.Find(TraceId);
        _span = _trace?.Spans.FirstOrDefault(span => span.SpanId == SpanId && CallReader.IsModelCall(span));
        _call = _span is null ? null : Calls.Read(_trace!, _span);
        _draft = _call is null ? null : new ReplayDraft(_call.Request);
        (_problem, _replayed, _pieces) = (null, null, []);
    }

    protected override void OnDispose()
    {
        base.OnDispose();
        End();
        _pacer?.Dispose();
    }

    private static int Rows(string text) => Math.Clamp(text.Split('\n').Sum(static line => 1 + (line.Length / RowLength)), 2, MaxRows);

    private async Task RunOrStopAsync()
    {
        if (_run is { IsRunning: true } running)
        {
            running.Stop();
            return;
        }

        if (_draft!.Build(out _problem) is not { } request)
        {
            return;
        }

        (_replayed, _pieces) = (null, []);
        using var run = _run = new ReplayRun(Time.GetUtcNow());
        _pacer!.Request();
        run.End(await Task.Run(() => Runner.RunAsync(request, _span!, id => run.TraceId = id, update => Take(run, update), run.Token)));
        if (_run == run && !IsDisposed)
        {
            Show(run);
        }
    }

    private void Take(ReplayRun run, Microsoft.Extensions.AI.ChatResponseUpdate update)
    {
        run.Add(update);
        _pacer!.Request();
    }

    // The time that it takes goes on while nothing comes.
    private void Draw()
    {
        StateHasChanged();
        if (IsRunning)
        {
            _pacer!.Request();
        }
    }

    private void Show(ReplayRun run)
    {
        _problem = run.Problem;
        _replayed = run.TraceId is { } id ? Traces.Find(id)?.Spans.FirstOrDefault(CallReader.IsModelCall) : null;
        var (before, after) = (_call!.Reply.Text, run.Text);
        if (before.Length == 0)
        {
            (_textNote, _pieces) = (_call.Reply.IsWhole ? "The original has no text." : "The original's text was not captured, so there is nothing to compare.", WordDiff.Of(after, after));
            return;
        }

        var length = _call.Reply.IsWhole ? MaxComparedLength : Math.Min(MaxComparedLength, before.Length);
        var isCut = !_call.Reply.IsWhole || before.Length > length || after.Length > length;
        _pieces = WordDiff.Of(Start(before, length), Start(after, length));
        _textNote = (_pieces.All(static piece => piece.Kind is DiffKind.Same) ? "Both say the same, word for word." : "Struck out is what only the original says, underlined what only the replay says.")
            + (isCut ? $" The first {CountText.Full(length)} characters of each are compared{(_call.Reply.IsWhole ? "" : ": no more of the original was captured")}." : "");
    }

    private static string Start(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private void End()
    {
        var run = _run;
        _run = null;
        run?.Stop();
    }
}
