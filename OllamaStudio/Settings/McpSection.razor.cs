using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Settings;

/// <summary>The MCP servers: what is typed of them, and how they stand.</summary>
public sealed partial class McpSection : IDisposable
{
    private readonly List<object> _keys = [];
    private ImmutableArray<McpServerDraft> _drafts = [];
    private ImmutableArray<McpServerDraft> _inForce = [];
    private string? _listInForce;
    private string? _focus;

    [Inject]
    public required IMcpMonitor Monitor { get; set; }

    [Inject]
    public required SettingsService Settings { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Parameter, EditorRequired]
    public required SettingsForm Form { get; set; }

    [Parameter]
    public EventCallback<string> OnForget { get; set; }

    private FormField List => Form[SettingKeys.McpServers];

    private FormField Url => Form[SettingKeys.McpServerUrl];

    private bool IsFixed => List.FixedBy is not null;

    private string AddId => $"{List.Id}-add";

    private static string UrlHint => $"One more server, over HTTP, called {McpSettings.UrlServerName}; also by MCP_SERVER_URL.";

    protected override void OnInitialized() => Monitor.ServersChanged += OnServersChanged;

    protected override void OnParametersSet()
    {
        _drafts = McpServerDrafts.Split(List.Text);
        _inForce = McpServerDrafts.Split(List.InForce);

        // A card keeps its state while its server is edited; where the list comes from elsewhere, cards begin anew.
        if (_keys.Count != _drafts.Length)
        {
            _keys.Clear();
            _keys.AddRange(_drafts.Select(_ => new object()));
        }

        if (_listInForce != List.InForce)
        {
            _listInForce = List.InForce;
            FoldSaved();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is { } target)
        {
            _focus = null;
            await Script.InvokeVoidAsync("studio.focus", $"#{target}");
        }
    }

    /// <summary>Cards of servers that have just been saved begin anew: folded, and without the result of a test that was made before.</summary>
    private void FoldSaved()
    {
        for (var i = 0; i < _drafts.Length; i++)
        {
            if (_inForce.Contains(_drafts[i]))
            {
                _keys[i] = new();
            }
        }
    }

    private void OnServersChanged() => _ = InvokeAsync(StateHasChanged);

    private McpServerStatus? StatusOf(string name) => Monitor.Servers.FirstOrDefault(server => server.Name == name);

    private McpServerSettings ServerOf(McpServerDraft draft) => draft.ToSettings(Settings.Current.Mcp.Servers, static _ => { });

    /// <summary>What is wrong with a server, once the page has found something to be wrong.</summary>
    private ImmutableArray<McpServerFault> FaultsOf(int index) =>
        List.Fault is null || _drafts[index].IsBlank
            ? []
            : McpServerRules.Check(ServerOf(_drafts[index]), _drafts.Take(index).Select(other => other.Name.Trim()));

    private void Add()
    {
        _keys.Add(new());
        _focus = $"{List.Id}-{_drafts.Length}-name";
        Take(_drafts.Add(new()));
    }

    private void Remove(int index)
    {
        _keys.RemoveAt(index);
        _focus = AddId;
        Take(_drafts.RemoveAt(index));
    }

    private void Take(ImmutableArray<McpServerDraft> drafts)
    {
        _drafts = drafts;
        List.Text = McpServerDrafts.Join(drafts);
    }

    public void Dispose() => Monitor.ServersChanged -= OnServersChanged;
}
