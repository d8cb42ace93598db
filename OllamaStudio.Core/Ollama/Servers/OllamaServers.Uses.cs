using System.Collections.Concurrent;

namespace OllamaStudio.Core.Ollama.Servers;

/// <content>What the studio asks of a model beside its calls, which have spans.</content>
public sealed partial class OllamaServers
{
    private readonly ConcurrentDictionary<(ServerKind Kind, string Model), DateTimeOffset> _quietUses = new();

    /// <summary>The studio has just used a model in memory without a call that is recorded: the server keeps it for longer then.</summary>
    /// <param name="kind">The server.</param>
    /// <param name="model">The model's name.</param>
    internal void UsedQuietly(ServerKind kind, string model) => _quietUses[(kind, ModelNames.WithTag(model))] = _time.GetUtcNow();

    /// <summary>Which models that was done with since then, by their names.</summary>
    internal IEnumerable<string> QuietlyUsedSince(ServerKind kind, DateTimeOffset since) =>
        _quietUses.Where(use => use.Key.Kind == kind && use.Value >= since).Select(static use => use.Key.Model);
}
