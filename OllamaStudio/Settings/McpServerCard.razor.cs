using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Settings;

/// <summary>One MCP server: how it stands, its tools, what is typed of it, and a test of that.</summary>
public sealed partial class McpServerCard : IDisposable
{
    private CancellationTokenSource? _testing;
    private McpTestResult? _result;
    private bool _editing;

    [Inject]
    public required IMcpMonitor Monitor { get; set; }

    /// <summary>Begins the ids of the inputs.</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter, EditorRequired]
    public required ItemDraft Draft { get; set; }

    [Parameter]
    public EventCallback<ItemDraft> DraftChanged { get; set; }

    /// <summary>The server that the draft means, with its secrets: what a test connects to.</summary>
    [Parameter, EditorRequired]
    public required McpServerSettings Server { get; set; }

    /// <summary>Whether stored secrets are not among them, as the draft means another place than they were given for.</summary>
    [Parameter]
    public bool LeavesSecretsBehind { get; set; }

    /// <summary>What is wrong with the draft, to be said at its inputs.</summary>
    [Parameter]
    public ImmutableArray<ItemFault> Faults { get; set; } = [];

    /// <summary>How the stored server stands; null where none is stored.</summary>
    [Parameter]
    public McpServerStatus? Status { get; set; }

    /// <summary>Whether the draft is what is stored, so that the status is about it.</summary>
    [Parameter]
    public bool IsInForce { get; set; }

    [Parameter]
    public bool IsFixed { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    private string Title => string.IsNullOrWhiteSpace(Name) ? "New server" : Name;

    private string Name => Draft[nameof(McpServerSettings.Name)];

    private string Where => Server.Transport is McpTransport.Http
        ? Draft[nameof(McpServerSettings.Url)]
        : $"{Draft[nameof(McpServerSettings.Command)]} {Draft[nameof(McpServerSettings.Arguments)].ReplaceLineEndings(" ")}".Trim();

    private string? Outcome => _result is null ? null : _result.Error is null ? "ready" : "failed";

    protected override void OnInitialized() => _editing = Draft.Origin.Length == 0;

    private Task EnableAsync(bool enabled) => ChangeAsync(Draft.With(nameof(McpServerSettings.Enabled), enabled ? "true" : "false"));

    private Task ChangeAsync(ItemDraft draft)
    {
        _result = null;
        return DraftChanged.InvokeAsync(draft);
    }

    private async Task TestAsync()
    {
        _result = null;
        if (McpSettingDefinitions.Format.CheckItems([Server]) is [var fault, ..])
        {
            _editing = true;
            _result = new() { Error = fault.Message };
            return;
        }

        using var testing = new CancellationTokenSource();
        _testing = testing;
        try
        {
            _result = await Monitor.TestAsync(Server, testing.Token);
        }
        catch (OperationCanceledException) when (testing.IsCancellationRequested)
        {
            // By the button, or because the page is gone: either way there is nothing to say.
        }
        finally
        {
            _testing = null;
        }
    }

    private async Task CancelAsync()
    {
        if (_testing is { } testing)
        {
            await testing.CancelAsync();
        }
    }

    public void Dispose() => _testing?.Cancel();
}
