using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>How the MCP servers stand, for people. Safe to use from any thread.</summary>
public interface IMcpMonitor
{
    /// <summary>The servers of the settings, in their order. A snapshot.</summary>
    ImmutableArray<McpServerStatus> Servers { get; }

    /// <summary>Raised after <see cref="Servers"/> changed, on any thread. Handlers must be quick.</summary>
    event Action? ServersChanged;

    /// <summary>Tries a server that failed now, instead of waiting for the next attempt. Does nothing where there is none to try.</summary>
    void Retry(string name);

    /// <summary>Connects once, beside any connection there is, and lists the tools. What goes wrong is in the result.</summary>
    /// <param name="server">The server, saved or not.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="OperationCanceledException">It was cancelled by <paramref name="cancellationToken"/>.</exception>
    Task<McpTestResult> TestAsync(McpServerSettings server, CancellationToken cancellationToken);
}
