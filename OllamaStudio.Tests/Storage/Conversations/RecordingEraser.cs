using System.Collections.Concurrent;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>Says which traces it was to erase.</summary>
internal sealed class RecordingEraser : ISessionEraser
{
    public ConcurrentBag<string> Traces { get; } = [];

    public Task EraseAsync(string sessionId) => Task.CompletedTask;

    public Task EraseTracesAsync(string sessionId, IReadOnlyList<string> traceIds)
    {
        foreach (var id in traceIds)
        {
            Traces.Add(id);
        }

        return Task.CompletedTask;
    }

    public void Restore(string sessionId)
    {
    }

    public void Refuse(string sessionId)
    {
    }
}
