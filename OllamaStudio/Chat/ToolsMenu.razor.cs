using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Switches tools on and off for a conversation; says so where the model cannot call any.</summary>
public partial class ToolsMenu
{
    private readonly CancellationTokenSource _gone = new();
    private string? _askedFor;
    private bool? _isAble;
    private bool _couldNotAsk;
    private int _tokens;

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

    // One that is there is better advice than one that would have to be pulled.
    private string Advice => Servers.Status.Current.Models.FirstOrDefault(model => model.Capabilities.Contains(ModelCapabilities.Tools)) is { } able
        ? $"{ModelNames.Display(able.Name)} can: choose it above."
        : "Pull a model that can, such as llama3.1 or qwen3.";

    private bool IsUsable => _isAble is true && !Box.Tools.IsEmpty;

    private int Enabled => Box.Tools.Count(tool => !Disabled.Contains(tool.Id));

    private string State => _isAble switch { null => "unknown", false => "unsupported", _ => "ready" };

    private string Title => (Model, _isAble) switch
    {
        (null, _) => "No model available yet, so no tools",
        (_, null) when _couldNotAsk => $"Could not find out what {ModelNames.Display(Model)} can do. The studio asks again as soon as Ollama responds; until then no tools are offered.",
        (_, null) => "Checking what the model can do",
        (_, false) => $"{ModelNames.Display(Model)} cannot call tools. {Advice}",
        _ when Box.Tools.IsEmpty => "No tools available. Add an MCP server in Settings.",
        _ when _tokens > 0 => $"{MayCall(Model)}. Their definitions add about {CountText.Full(_tokens)} tokens to every prompt (estimated from their length)",
        _ => MayCall(Model),
    };

    private string MayCall(string model) => $"{ModelNames.Display(model)} may call {Enabled} of {Box.Tools.Length} tools";

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Box.Changed += OnToolsChanged;
    }

    protected override Task OnParametersSetAsync()
    {
        Estimate();
        return _askedFor == Model ? Task.CompletedTask : AskAsync();
    }

    // Another server, another model under the same name, or the first one that answers at all.
    protected override void OnServersChanged() => Dispatch(async () =>
    {
        await AskAsync();
        StateHasChanged();
    });

    private async Task AskAsync()
    {
        var model = Model;
        if (_askedFor != model)
        {
            (_askedFor, _isAble, _couldNotAsk) = (model, null, false);
        }

        if (model is null)
        {
            return;
        }

        try
        {
            var able = await Capabilities.OfAsync(model, _gone.Token);
            if (_askedFor == model)
            {
                _isAble = able?.Contains(ModelCapabilities.Tools) ?? _isAble;
                _couldNotAsk = able is null;
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page is gone.
        }
    }

    private void OnToolsChanged() => Dispatch(() =>
    {
        Estimate();
        StateHasChanged();
    });

    // Not as often as it is drawn: it writes every schema once.
    private void Estimate() => _tokens = ToolTokens.Estimate(Box.Tools.Where(tool => !Disabled.Contains(tool.Id)));

    private Task SwitchAsync(StudioTool tool, bool enabled) => OnSwitch.InvokeAsync((tool.Id, enabled));

    private async Task SwitchAllAsync(IEnumerable<StudioTool> tools, bool enabled)
    {
        foreach (var tool in tools.Where(tool => Disabled.Contains(tool.Id) == enabled).ToList())
        {
            await SwitchAsync(tool, enabled);
        }
    }

    protected override void OnDispose()
    {
        Box.Changed -= OnToolsChanged;
        _gone.Cancel();
        base.OnDispose();
    }
}
