using System.Collections.Concurrent;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Core.Chat;

/// <content>Which of them a model answered last.</content>
public sealed partial class Conversations
{
    private readonly ConcurrentDictionary<string, string> _served = new(StringComparer.OrdinalIgnoreCase); // ids by the names of models

    /// <summary>Notes that a model answers a turn of that conversation.</summary>
    internal void NoteServed(string model, string conversationId) => _served[ModelNames.WithTag(model)] = conversationId;

    /// <summary>The conversation that a model answered last, deleted ones too; null where none since the studio began. A server keeps what it read for few at once.</summary>
    internal string? LastServedBy(string model) => _served.GetValueOrDefault(ModelNames.WithTag(model));
}
