using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Settings;

/// <summary>The MCP servers: what is typed of them, and how they stand.</summary>
public sealed partial class McpServersEditor
{
    private static readonly ItemDrafts<McpServerSettings> s_servers = new(McpSettingDefinitions.Format);

    [Inject]
    public required IMcpMonitor Monitor { get; set; }

    [Inject]
    public required SettingsService Settings { get; set; }

    private ImmutableArray<McpServerSettings> Stored => Settings.Current.Mcp.Servers;

    protected override void OnInitialized() => Monitor.ServersChanged += OnServersChanged;

    private void OnServersChanged() => Redraw();

    private McpServerStatus? StatusOf(string name) => Monitor.Servers.FirstOrDefault(server => server.Name == name);

    private McpServerSettings ServerOf(ItemDraft draft) => s_servers.Read(draft, Stored, static _ => { });

    protected override void OnDispose() => Monitor.ServersChanged -= OnServersChanged;
}
