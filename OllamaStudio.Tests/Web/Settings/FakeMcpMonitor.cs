using System.Collections.Immutable;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Tests.Web.Settings;

/// <summary>MCP servers whose standing a test sets, and whose test it answers.</summary>
internal sealed class FakeMcpMonitor : IMcpMonitor
{
    public event Action? ServersChanged;

    public ImmutableArray<McpServerStatus> Servers { get; private set; } = [];

    public TaskCompletionSource<McpTestResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public McpServerSettings? Tested { get; private set; }

    public List<string> Retried { get; } = [];

    public bool HasSubscribers => ServersChanged is not null;

    public void Set(params McpServerStatus[] servers)
    {
        Servers = [.. servers];
        ServersChanged?.Invoke();
    }

    public void Retry(string name) => Retried.Add(name);

    public async Task<McpTestResult> TestAsync(McpServerSettings server, CancellationToken cancellationToken)
    {
        Tested = server;
        return await Answer.Task.WaitAsync(cancellationToken);
    }
}
