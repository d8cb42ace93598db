using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell.Status;

/// <summary>What is in memory, and how much of it in video memory.</summary>
public partial class ModelStatus
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private ITimer? _clock;

    [Inject]
    public required TimeProvider Time { get; set; }

    private IReadOnlyList<OllamaRunningModel> Running => Servers.Status.Current.Running;

    private string Label => Running switch
    {
        [] => "No model loaded",
        [var one] => ModelNames.Display(one.Name) + (one.SizeVram > 0 ? $" · {ByteText.Of(one.SizeVram)} VRAM" : ""),
        _ => CountText.Of(Running.Count, "model") + " loaded",
    };

    private string Title => Running.Count == 0
        ? "No model is in memory"
        : "In memory: " + string.Join(", ", Running.Select(model => ModelNames.Display(model.Name)));

    /// <summary>While it is open, it counts down.</summary>
    private void Show(bool isOpen)
    {
        Watch(isOpen);
        _clock?.Dispose();
        _clock = isOpen ? Time.CreateTimer(_ => Redraw(), null, Tick, Tick) : null;
    }

    protected override void OnDispose()
    {
        _clock?.Dispose();
        base.OnDispose();
    }

    // keep_alive -1 is answered with a date some three hundred years ahead.
    private string Unloads(DateTimeOffset until)
    {
        var left = until - Time.GetUtcNow();
        return left > TimeSpan.FromDays(365) ? "never" : left <= TimeSpan.Zero ? "now" : $"in {DurationText.Of(left)}";
    }
}
