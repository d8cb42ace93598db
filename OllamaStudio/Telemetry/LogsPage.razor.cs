using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Shared;

namespace OllamaStudio.Telemetry;

/// <summary>The studio's log: the lines in memory, newest last, and how much is recorded.</summary>
public partial class LogsPage
{
    private const int RowHeight = 28;
    private const int RowsAtFirst = 40;

    private static readonly ImmutableArray<LogLevel> s_recordable = [LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error];

    private ImmutableArray<LogLine> _all = [];
    private IReadOnlyList<LogLine> _rows = [];
    private LogLine? _open;
    private string _text = "";
    private LogLevel _least;
    private long? _pausedAt;
    private long _new;
    private string? _fault;
    private (int First, int Count)? _viewport;
    private ElementReference _list;
    private IJSObjectReference? _script;
    private DotNetObjectReference<LogsPage>? _reference;
    private IDisposable? _subscription;

    /// <summary>Only the lines of that trace; null for all.</summary>
    [SupplyParameterFromQuery(Name = "trace")]
    public string? TraceId { get; set; }

    /// <summary>Only the lines of that span of it; null for all.</summary>
    [SupplyParameterFromQuery(Name = "span")]
    public string? SpanId { get; set; }

    [Inject]
    public required LogStore Store { get; set; }

    [Inject]
    public required SettingsService Settings { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private LogFilter Filter => new(_least, _text.Trim(), TraceId, SpanId);

    private bool IsPaused => _pausedAt is not null;

    private string? FixedBy => Settings.FixedBy(HostSettings.LogLevelKey);

    private string RecordedTip => FixedBy is { } source ? $"Fixed by {source}" : "The least that the studio logs of itself, here and on the console";

    private string HeldText
    {
        get
        {
            var gone = _all.IsEmpty ? 0 : _all[0].Number - 1;
            var kept = gone > 0 ? $"newest {CountText.Full(_all.Length)} of {CountText.Of(gone + _all.Length, "line")}" : CountText.Of(_all.Length, "line");
            return Filter.IsEmpty ? char.ToUpperInvariant(kept[0]) + kept[1..] : $"{CountText.Full(_rows.Count)} of {kept}";
        }
    }

    private RowWindow Window => _viewport is { } seen
        ? RowWindow.Around(seen.First, seen.Count, _rows.Count)
        : RowWindow.Around(_rows.Count, RowsAtFirst, _rows.Count);

    /// <summary>The browser tells which rows are in sight.</summary>
    [JSInvokable]
    public void OnViewport(int first, int count)
    {
        _viewport = (first, count);
        StateHasChanged();
    }

    protected override void OnInitialized()
    {
        _subscription = Store.Subscribe(() => Dispatch(Refresh));
        Settings.Changed += OnSettingsChanged;
    }

    protected override void OnParametersSet() => Read();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Telemetry/LogsPage.razor.js") is { } script)
        {
            _script = script;
            _reference = DotNetObjectReference.Create(this);
            await script.TryInvokeVoidAsync("attach", _list, _reference);
        }
    }

    private void Refresh()
    {
        Read();
        StateHasChanged();
    }

    private void OnSettingsChanged() => Redraw();

    // What is paused stands still: lines that came later are counted only, and those that went stay.
    private void Read()
    {
        var lines = Store.Lines;
        if (_pausedAt is { } last)
        {
            _new = (lines.IsEmpty ? last : lines[^1].Number) - last;
        }
        else
        {
            _all = lines;
        }

        var filter = Filter;
        _rows = filter.IsEmpty ? _all : _all.Where(filter.Takes).ToList();
    }

    private void TogglePause()
    {
        _pausedAt = IsPaused ? null : _all.IsEmpty ? 0 : _all[^1].Number;
        Read();
    }

    private void Search(string? text)
    {
        _text = text ?? "";
        Read();
    }

    private void ChooseLevel(ChangeEventArgs change)
    {
        _least = Enum.TryParse<LogLevel>(change.Value as string, out var level) ? level : LogLevel.Trace;
        Read();
    }

    private void ClearFilter()
    {
        (_text, _least) = ("", LogLevel.Trace);
        Read();
        if (TraceId is not null)
        {
            Navigation.NavigateTo("telemetry/logs");
        }
    }

    private async Task RecordAsync(ChangeEventArgs change)
    {
        if (Enum.TryParse<LogLevel>(change.Value as string, out var level))
        {
            var result = await Settings.SaveAsync(settings => settings with { LogLevel = level }, CancellationToken.None);
            _fault = result.Faults.IsEmpty ? result.StorageProblem : result.Faults[0].Message;
        }
    }

    private Task OnKeyAsync(KeyboardEventArgs key) => key.Key == "Escape" && !key.ShiftKey ? CloseAsync() : Task.CompletedTask;

    private async Task CloseAsync()
    {
        if (_open is { Number: var number })
        {
            _open = null;
            await Script.TryInvokeVoidAsync("studio.focus", FormattableString.Invariant($"#log-rows [data-number='{number}']"));
        }
    }

    protected override void OnDispose()
    {
        Settings.Changed -= OnSettingsChanged;
        _subscription?.Dispose();
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("detach", _list);
            await _script.TryDisposeAsync();
        }

        _reference?.Dispose();
    }
}
