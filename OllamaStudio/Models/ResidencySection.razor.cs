using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Models;

/// <summary>Which models were in memory, when and for whom, up to now. Drawn anew when something came up, and as often as its right end moves by a pixel or two.</summary>
public partial class ResidencySection
{
    // An hour of a lane some 700 pixels wide moves by a pixel in five seconds.
    private const int StepsOfALane = 360;

    private TimeSpan _length = ResidencyView.Ranges[0].Length;
    private ResidencyView _view = null!;
    private bool _asTable;
    private IDisposable? _subscription;
    private ITimer? _timer;

    /// <summary>A person wants to keep that model in memory.</summary>
    [Parameter, EditorRequired]
    public EventCallback<string> OnKeep { get; set; }

    [Inject]
    public required ResidencyRecorder Recorder { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private IReadOnlyList<OllamaRunningModel> Running => Servers.Status.Current.Running;

    private string Total => Running.Sum(static model => model.SizeVram) is > 0 and var vram ? $"{ByteText.Of(vram)} of video memory" : "";

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _subscription = Recorder.Subscribe(() => Dispatch(Follow));
        _timer = Time.CreateTimer(_ => Dispatch(Follow), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Take();
    }

    protected override void OnServersChanged() => Dispatch(Follow);

    protected override void OnDispose()
    {
        _subscription?.Dispose();
        _timer?.Dispose();
        base.OnDispose();
    }

    private void Follow()
    {
        Take();
        StateHasChanged();
    }

    private void Take()
    {
        var now = Time.GetUtcNow();
        _view = ResidencyView.Of(Recorder.Read(now - _length), now, _length, Time.LocalTimeZone);
        if (!IsDisposed)
        {
            // Where nothing is drawn, nothing moves.
            _timer?.Change(_view.Lanes.IsEmpty ? Timeout.InfiniteTimeSpan : _length / StepsOfALane, Timeout.InfiniteTimeSpan);
        }
    }

    private void Choose(TimeSpan length)
    {
        _length = length;
        Take();
    }

    private string Clock(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Time.LocalTimeZone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string FactsOf(OllamaRunningModel? model) => model is null ? "" : string.Join(" · ", new[] { model.Size > 0 ? ByteText.Of(model.Size) : null, ModelsText.Share(model) }.Where(static fact => fact is not null));

    private static string Place(LanePart part) => $"left:{Number(part.Left)}%;width:{Number(part.Width)}%";

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Pressed(bool isPressed) => isPressed ? "true" : "false";
}
