using System.Collections.Concurrent;
using System.Collections.Immutable;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Ollama;

/// <summary>
/// What the models of the answering server can do. Read from the list of models where it says so (Ollama 0.30 and later),
/// else asked for once per model and digest. Safe to use from any thread.
/// </summary>
public sealed class ModelCapabilities(OllamaServers servers)
{
    /// <summary>Most answers remembered; beyond that all are forgotten and asked for again.</summary>
    public const int Capacity = 1000;

    /// <summary>Ollama's word for calling tools.</summary>
    public const string Tools = "tools";

    /// <summary>Ollama's word for reading images.</summary>
    public const string Vision = "vision";

    private readonly ConcurrentDictionary<string, ImmutableArray<string>> _known = new(StringComparer.Ordinal);

    /// <summary>The capabilities in Ollama's words; empty where the server does not say any, null where it could not be asked.</summary>
    public async ValueTask<ImmutableArray<string>?> OfAsync(string model, CancellationToken cancellationToken)
    {
        var installed = servers.Status.Current.Find(model);
        if (installed is { Capabilities.IsEmpty: false })
        {
            return installed.Capabilities;
        }

        // Without a digest nobody can tell whether it is still the same model.
        var key = installed is { Digest.Length: > 0 } ? $"{installed.Name}@{installed.Digest}" : null;
        if (key is not null && _known.TryGetValue(key, out var known))
        {
            return known;
        }

        try
        {
            using var lease = await servers.LeaseAsync(cancellationToken);
            var details = await lease.Client.ShowModelAsync(model, cancellationToken);
            Remember(key, details.Capabilities);
            return details.Capabilities;
        }
        catch (OllamaException)
        {
            // Whoever asks the model next is told what is wrong; not knowing a model's tools is no reason to say it here.
            return null;
        }
    }

    /// <summary>Whether a model reads images; null where that is not known.</summary>
    public async ValueTask<bool?> ReadsImagesAsync(string model, CancellationToken cancellationToken) =>
        await OfAsync(model, cancellationToken) is { IsEmpty: false } able ? able.Contains(Vision) : null;

    private void Remember(string? key, ImmutableArray<string> capabilities)
    {
        if (key is null)
        {
            return;
        }

        if (_known.Count >= Capacity)
        {
            _known.Clear();
        }

        _known[key] = capabilities;
    }
}
