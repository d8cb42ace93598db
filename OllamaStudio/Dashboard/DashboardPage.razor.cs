using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Dashboard.Charts;
using OllamaStudio.Shared;

namespace OllamaStudio.Dashboard;

/// <summary>
/// What the stored sums say, as tiles and charts. It reads again when something was stored, at most once a second, and when its newest
/// window is over; meanwhile nothing ticks.
/// </summary>
public partial class DashboardPage
{
    /// <summary>Least time between two readings.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly string s_open = IconPaths.Markup("chevron-down");

    private DashboardAddress _asked = DashboardAddress.From(null, null, null);
    private DashboardAddress? _read;
    private DashboardData? _data;
    private ImmutableArray<ChartModel> _charts = [];
    private bool _asTables;
    private bool _isReading;
    private bool _isStale;
    private string? _failure;
    private IDisposable? _subscription;
    private ITimer? _timer;
    private ElementReference _root;
    private IJSObjectReference? _script;

    /// <summary>How far back.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? Range { get; set; }

    /// <summary>One model alone.</summary>
    [SupplyParameterFromQuery(Name = "model")]
    public string? Model { get; set; }

    /// <summary>Which percentiles are drawn.</summary>
    [SupplyParameterFromQuery(Name = "p")]
    public string? Percentiles { get; set; }

    [Inject]
    public required DashboardReader Reader { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    /// <summary>What finds the traces that are added up here, as a query; begin and end are still to come.</summary>
    private string Traces => string.Join(' ', [.. DashboardReader.Sources.Select(static source => TraceFilter.Source + source), .. _asked.Model is { } model ? [TraceFilter.Model + model] : Array.Empty<string>()]);

    private string TracesOf(DashboardData data, string further) =>
        "traces" + new TraceQuery { Text = $"{Traces} {further}", Range = new TimeRange { From = data.Scale.From, To = data.Scale.To } }.Address;

    protected override void OnInitialized()
    {
        _timer = Time.CreateTimer(_ => Dispatch(Read), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _subscription = Reader.Subscribe(() => Dispatch(Read));
    }

    protected override void OnParametersSet()
    {
        _asked = DashboardAddress.From(Range, Model, Percentiles);
        if (_read is null || (_read.Range, _read.Model) != (_asked.Range, _asked.Model))
        {
            Read();
        }
        else
        {
            Draw();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Dashboard/DashboardPage.razor.js") is { } module)
        {
            _script = await module.TryInvokeAsync<IJSObjectReference>("attach", _root);
            await module.TryDisposeAsync();
            if (IsDisposed)
            {
                await OnDisposeAsync();
            }
        }
    }

    protected override void OnDispose()
    {
        _subscription?.Dispose();
        _timer?.Dispose();
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("detach");
            await _script.TryDisposeAsync();
        }
    }

    /// <summary>Reads what the address asks for, off the page's thread; once more where something came up meanwhile.</summary>
    private void Read()
    {
        _isStale = true;
        if (!_isReading)
        {
            _isReading = true;
            Dispatch(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        while (_isStale && !IsDisposed)
        {
            _isStale = false;
            var asked = _asked;
            try
            {
                _data = await Task.Run(() => Reader.Read(asked.Range, asked.Model));
                (_read, _failure) = (asked, null);
                Draw();
                Wait();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // Whatever it was, the person can try again; the log has what it was.
                _failure = $"{error.GetType().Name}. Nothing is lost by it; the log says more.";
                LogNotRead(Loggers.CreateLogger<DashboardPage>(), error);
            }

            StateHasChanged();
        }

        _isReading = false;
    }

    private void Draw() => _charts = _data is null ? [] : DashboardCharts.Of(_data, _asked.Percentiles, Time.LocalTimeZone);

    // The windows move on when the newest is over; a page of nothing has none that move.
    private void Wait()
    {
        if (_data is { Total.IsEmpty: false } data && !IsDisposed)
        {
            var over = Time.GetUtcNow().Ticks % data.Scale.Length.Ticks;
            _timer?.Change(TimeSpan.FromTicks(Math.Max(Pause.Ticks, data.Scale.Length.Ticks - over)), Timeout.InfiniteTimeSpan);
        }
    }

    private void Go(DashboardAddress next) => Navigation.NavigateTo(next.ToString(), replace: true);

    private void ChooseModel(string? model) => Go(_asked with { Model = string.IsNullOrEmpty(model) ? null : model });

    // One that the address names stays to be seen, though nobody asked it.
    private IEnumerable<string> ModelsOf(DashboardData data) => _asked.Model is { } model && !data.Models.Contains(model) ? [model, .. data.Models] : data.Models;

    private static string ModelName(string? model) => string.IsNullOrEmpty(model) ? "All models" : ModelNames.Display(model);

    private static string Pressed(bool isPressed) => isPressed ? "true" : "false";

    [LoggerMessage(Level = LogLevel.Error, Message = "The dashboard could not be read")]
    private static partial void LogNotRead(ILogger logger, Exception error);
}
