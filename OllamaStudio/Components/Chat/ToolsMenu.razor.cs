using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Components.Chat;

/// <summary>Switches tools on and off for a conversation; says so where the model cannot call any.</summary>
public partial class ToolsMenu : IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private string? _askedFor;
    private bool? _isAble;

    [Inject]
    public required ToolBox Box { get; set; }

    [Inject]
    public required ModelCapabilities Capabilities { get; set; }

    /// <summary>The model that will answer; null where there is none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>Ids of the tools that are off.</summary>
    [Parameter, EditorRequired]
    public required ImmutableHashSet<string> Disabled { get; set; }

    /// <summary>A tool was switched.</summary>
    [Parameter]
    public EventCallback<(string ToolId, bool Enabled)> OnSwitch { get; set; }

    private bool IsUsable => _isAble is true && !Box.Tools.IsEmpty;

    private int Enabled => Box.Tools.Count(tool => !Disabled.Contains(tool.Id));

    private string State => _isAble switch { null => "unknown", false => "unsupported", _ => "ready" };

    private string Title => (Model, _isAble) switch
    {
        (null, _) => "No model to call tools yet",
        (_, null) => "Asking what the model can do",
        (_, false) => $"{ModelNames.Display(Model)} calls no tools. Pick a model that does, such as llama3.1 or qwen3.",
        _ when Box.Tools.IsEmpty => "There are no tools",
        _ => $"{ModelNames.Display(Model)} may call {Enabled} of {Box.Tools.Length} tools",
    };

    protected override void OnInitialized() => Box.Changed += OnToolsChanged;

    protected override async Task OnParametersSetAsync()
    {
        if (_askedFor == Model)
        {
            return;
        }

        var model = Model;
        (_askedFor, _isAble) = (model, null);
        if (model is null)
        {
            return;
        }

        try
        {
            var able = (await Capabilities.OfAsync(model, _gone.Token)).Contains(ModelCapabilities.Tools);
            _isAble = _askedFor == model ? able : _isAble;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page is gone.
        }
    }

    private void OnToolsChanged() => _ = InvokeAsync(StateHasChanged);

    private Task SwitchAsync(StudioTool tool, bool enabled) => OnSwitch.InvokeAsync((tool.Id, enabled));

    private async Task SwitchAllAsync(IEnumerable<StudioTool> tools, bool enabled)
    {
        foreach (var tool in tools.Where(tool => Disabled.Contains(tool.Id) == enabled).ToList())
        {
            await SwitchAsync(tool, enabled);
        }
    }

    public void Dispose()
    {
        Box.Changed -= OnToolsChanged;
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }
}
