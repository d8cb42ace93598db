using System.Collections.Concurrent;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>Says which traces it was to erase.</summary>
internal sealed class RecordingEraser : ISessionEraser
{
    public ConcurrentBag<string> Traces { get; } = [];

    /// <summary>Conversations that are erased, but for those that were put back.</summary>
    public List<string> Sessions { get; } = [];

    public Task EraseAsync(string sessionId)
    {
        Sessions.Add(sessionId);
        return Task.CompletedTask;
    }

    public Task EraseTracesAsync(string sessionId, IReadOnlyList<string> traceIds)
    {
        foreach (var id in traceIds)
        {
            Traces.Add(id);
        }

        return Task.CompletedTask;
    }

    public void Restore(string sessionId) => Sessions.Remove(sessionId);

    public void Refuse(string sessionId)
    {
    }
}
