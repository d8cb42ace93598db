using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Shared;

namespace OllamaStudio.Models;

/// <summary>An installed model as the page shows it.</summary>
/// <param name="Model">What the server lists.</param>
/// <param name="Running">The same in memory; null where it is not there.</param>
/// <param name="Job">What is being done with it just now, or has failed; null for nothing.</param>
public sealed record ModelRow(OllamaModel Model, OllamaRunningModel? Running, ModelJob? Job)
{
    /// <summary>Most that are shown; the page says how many more there are, and a search finds them.</summary>
    public const int Most = 300;

    /// <summary>Its name as a person writes it.</summary>
    public string Name => ModelNames.Display(Model.Name);

    /// <summary>Names it in a selector, whatever characters a server puts into names.</summary>
    public string Key => KeyOf(Model.Name);

    /// <summary>Whether it is in memory.</summary>
    public bool IsLoaded => Running is not null;

    /// <summary>Whether it is about to be deleted, or just being so.</summary>
    public bool IsLeaving => Job is { Kind: ModelJobKind.Delete, State: not ModelJobState.Failed };

    /// <summary>What it does just now in a word; null for nothing.</summary>
    public string? Doing => Job switch
    {
        { IsActive: false } or null => null,
        { Kind: ModelJobKind.Load } => IsLoaded ? "Keeping…" : "Loading…",
        { Kind: ModelJobKind.Unload } => "Leaving…",
        { Kind: ModelJobKind.Delete, State: ModelJobState.Running } => "Deleting…",
        _ => null,
    };

    /// <summary>Names a model in a selector.</summary>
    public static string KeyOf(string model) => "m" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(model)).AsSpan(0, 8));

    /// <summary>The rows of a server by name, those that have every word of <paramref name="query"/> in name, family, facts or abilities.</summary>
    public static ImmutableArray<ModelRow> Of(ServerStatus server, ImmutableArray<ModelJob> jobs, string? query)
    {
        ArgumentNullException.ThrowIfNull(server);
        var words = (query ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. server.Models.Where(model => words.All(word => Words(model).Contains(word, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(static model => model.Name, StringComparer.OrdinalIgnoreCase)
                .Select(model => new ModelRow(model, server.State is ServerState.Up ? server.FindRunning(model.Name) : null, JobOf(model.Name))),
        ];

        ModelJob? JobOf(string model) => jobs.LastOrDefault(job =>
            job.Server == server.Kind && job.State is not ModelJobState.Done && job.Kind is ModelJobKind.Load or ModelJobKind.Unload or ModelJobKind.Delete && ModelNames.Same(job.Model, model));
    }

    private static string Words(OllamaModel model) => $"{model.Name} {model.Family} {ModelFacts.Of(model)} {string.Join(' ', model.Capabilities)} {model.RemoteHost}";
}
