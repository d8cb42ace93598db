using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>The MCP servers: what is typed of them, and how they stand.</summary>
public sealed partial class McpServersEditor
{
    private static readonly ItemDrafts<McpServerSettings> s_servers = new(McpSettingDefinitions.Format);

    private readonly List<object> _keys = [];
    private ImmutableArray<ItemDraft> _drafts = [];
    private ImmutableArray<ItemDraft> _inForce = [];
    private string? _listInForce;
    private string? _focus;

    [Inject]
    public required IMcpMonitor Monitor { get; set; }

    [Inject]
    public required SettingsService Settings { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private ImmutableArray<McpServerSettings> Stored => Settings.Current.Mcp.Servers;

    private string AddId => $"{Field.Id}-add";

    protected override void OnInitialized() => Monitor.ServersChanged += OnServersChanged;

    protected override void OnParametersSet()
    {
        _drafts = ItemDraft.Split(Field.Text);
        _inForce = ItemDraft.Split(Field.InForce);

        // A card keeps its state while its server is edited; where the list comes from elsewhere, cards begin anew.
        if (_keys.Count != _drafts.Length)
        {
            _keys.Clear();
            _keys.AddRange(_drafts.Select(_ => new object()));
        }

        if (_listInForce != Field.InForce)
        {
            _listInForce = Field.InForce;
            FoldSaved();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is { } target)
        {
            _focus = null;
            await Script.TryInvokeVoidAsync("studio.focus", $"#{target}");
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

    private void OnServersChanged() => Redraw();

    private McpServerStatus? StatusOf(string name) => Monitor.Servers.FirstOrDefault(server => server.Name == name);

    private McpServerSettings ServerOf(ItemDraft draft) => s_servers.Read(draft, Stored, static _ => { });

    /// <summary>What is wrong with a server; those that are blank are not among the servers that were checked.</summary>
    private ImmutableArray<ItemFault> FaultsOf(int index)
    {
        var place = _drafts.Take(index).Count(draft => !s_servers.IsBlank(draft));
        return s_servers.IsBlank(_drafts[index]) ? [] : [.. Field.ItemFaults.Where(fault => fault.Index == place)];
    }

    private void Add()
    {
        _keys.Add(new());
        _focus = $"{Field.Id}-{_drafts.Length}-name";
        Take(_drafts.Add(s_servers.New()));
    }

    private void Remove(int index)
    {
        _keys.RemoveAt(index);
        _focus = AddId;
        Take(_drafts.RemoveAt(index));
    }

    private void Take(ImmutableArray<ItemDraft> drafts)
    {
        _drafts = drafts;
        Field.Text = ItemDraft.Join(drafts);
    }

    protected override void OnDispose() => Monitor.ServersChanged -= OnServersChanged;
}
