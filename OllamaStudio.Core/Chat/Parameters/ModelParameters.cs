using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Chat.Parameters;

/// <summary>What a model brings along of its own: what holds where a person sets nothing. Safe to use from any thread.</summary>
public sealed class ModelParameters(OllamaServers servers)
{
    /// <summary>Most answers remembered; beyond that all are forgotten and asked for again.</summary>
    public const int Capacity = 1_000;

    // By server, name and digest.
    private readonly ConcurrentDictionary<(ServerKind Server, string Model, string Digest), OwnParameters> _known = new();

    /// <summary>What the server told of the model as it is by its digest; asked once. Null where it cannot be asked, or has no such model.</summary>
    public async ValueTask<OwnParameters?> KnownAsync(string model, CancellationToken cancellationToken)
    {
        // Without a digest nobody can tell whether it is still the same model.
        var (server, digest) = (servers.Status.Active, servers.Status.Current.DigestOf(model));
        if (digest is { Length: > 0 } && _known.TryGetValue((server, model, digest), out var known))
        {
            return known;
        }

        var told = await OfAsync(model, cancellationToken);
        if (told is not null && digest is { Length: > 0 })
        {
            if (_known.Count >= Capacity)
            {
                _known.Clear();
            }

            _known[(server, model, digest)] = told;
        }

        return told;
    }

    /// <summary>What the server tells, asked now; null where it cannot be asked, or has no such model.</summary>
    public async ValueTask<OwnParameters?> OfAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            using var lease = await servers.LeaseAsync(cancellationToken);
            var details = await lease.Client.ShowModelAsync(model, cancellationToken);
            return new OwnParameters(details.ContextLength, Parse(details.Parameters), details.System);
        }
        catch (OllamaException)
        {
            // The chat says what is wrong with the server; the parameters can be set all the same.
            return null;
        }
    }

    // One a line, padded, a name that has several values on several lines:
    //   temperature                    0.6
    //   stop                           "<|im_end|>"
    private static FrozenDictionary<string, string> Parse(string? parameters) =>
        (parameters ?? "").Split('\n')
            .Select(static line => line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(static parts => parts.Length == 2)
            .GroupBy(static parts => parts[0], static parts => parts[1].Trim('"'), StringComparer.Ordinal)
            .ToFrozenDictionary(static values => values.Key, static values => string.Join('\n', values), StringComparer.Ordinal);
}

/// <summary>What a model brings along.</summary>
/// <param name="ContextLength">The longest context it was made for, in tokens; null where unknown.</param>
/// <param name="Values">Its Modelfile's parameters, by Ollama's names; several values one a line.</param>
/// <param name="SystemPrompt">Its Modelfile's system prompt; null for none.</param>
public sealed record OwnParameters(int? ContextLength, IReadOnlyDictionary<string, string> Values, string? SystemPrompt)
{
    /// <summary>The window that its Modelfile asks for, in tokens; null where it says nothing of it.</summary>
    public int? NumCtx => int.TryParse(Values.GetValueOrDefault(ChatParameter.NumCtx.Name), NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) ? tokens : null;
}
