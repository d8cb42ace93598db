using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Telemetry.Pipeline;

/// <summary>What became of every span since the studio started: the pipeline with live counts, and the books.</summary>
public partial class PipelinePage
{
    private readonly List<IDisposable> _subscriptions = [];
    private RefreshPacer? _pacer;
    private PipelineData _data = new() { State = ExportState.Off };
    private PipelineLayout _layout = new(new() { State = ExportState.Off });
    private DateTimeOffset _at;

    [Inject]
    public required IExportMonitor Export { get; set; }

    [Inject]
    public required ITailSampling Sampling { get; set; }

    [Inject]
    public required ISpanFeed Feed { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private string DroppedNote => _data.Destinations.Sum(static destination => destination.Dropped ?? 0) is > 0 and var noRoom
        ? $"and {CountText.Full(noRoom)} for want of room"
        : _data.State is ExportState.Off && _data.Dropped > 0 ? "there is no destination" : "none for want of room";

    protected override void OnInitialized()
    {
        _pacer = new RefreshPacer(Time, () => Dispatch(Refresh));
        _subscriptions.AddRange([Feed.Subscribe(_pacer.Request), Export.Subscribe(_pacer.Request), Sampling.Subscribe(_pacer.Request)]);
        Settings.Changed += _pacer.Request;
        Read();
    }

    private void Refresh()
    {
        if (Read())
        {
            StateHasChanged();
        }
    }

    // What says the same as before is not drawn.
    private bool Read()
    {
        var data = PipelineReader.Read(Export, Sampling, Settings.Current);
        if (data with { Destinations = _data.Destinations, Pushes = _data.Pushes } == _data && data.Destinations.SequenceEqual(_data.Destinations) && data.Pushes.SequenceEqual(_data.Pushes))
        {
            return false;
        }

        (_data, _layout, _at) = (data, new PipelineLayout(data), Time.GetUtcNow());
        return true;
    }

    private static string At(int top, int height) => $"--top:{top}px;--stage:{height}px";

    private static string Percent(double share) => (Math.Floor(share * 1000) / 10).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private string When(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Time.LocalTimeZone).ToString("T", CultureInfo.CurrentCulture);

    private RenderFragment Flow(string css, string? path) => builder =>
    {
        if (path is not null)
        {
            builder.AddMarkupContent(0, $"<svg class=\"flow {css}\" viewBox=\"0 0 100 {_layout.Height}\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>");
        }
    };

    private static RenderFragment Terms(ImmutableArray<BookTerm> terms) => builder =>
    {
        for (var i = 0; i < terms.Length; i++)
        {
            builder.AddContent(0, $"{(i > 0 ? " + " : "")}{terms[i].Name} ");
            builder.OpenElement(1, "b");
            builder.AddContent(2, CountText.Full(terms[i].Count));
            builder.CloseElement();
        }
    };

    protected override void OnDispose()
    {
        if (_pacer is not null)
        {
            Settings.Changed -= _pacer.Request;
        }

        _subscriptions.ForEach(static subscription => subscription.Dispose());
        _pacer?.Dispose();
    }
}
