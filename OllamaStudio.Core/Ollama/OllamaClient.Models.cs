using System.Collections.Immutable;
using System.Text.Json;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Transport;

namespace OllamaStudio.Core.Ollama;

/// <content>What the server is, and which models it has.</content>
public sealed partial class OllamaClient
{
    /// <summary><c>GET /api/version</c>.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken = default)
    {
        VersionAnswer answer = Read(
            await _transport.QueryAsync(OllamaCall.Get("api/version"), cancellationToken), Wire.Json.VersionAnswer);
        return answer.Version ?? throw new OllamaException(
            OllamaErrorKind.NotOllama, "What answers does not say which version of Ollama it is.", "Check that OLLAMA_HOST names an Ollama server.");
    }

    /// <summary><c>GET /api/tags</c>: the installed models.</summary>
    public async Task<IReadOnlyList<OllamaModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        TagsAnswer answer = Read(
            await _transport.QueryAsync(OllamaCall.Get("api/tags"), cancellationToken), Wire.Json.TagsAnswer);
        return [.. (answer.Models ?? []).OfType<TagsModel>().Where(model => (model.Name ?? model.Model) is not null).Select(model => new OllamaModel
        {
            Name = (model.Name ?? model.Model)!,
            Size = model.Size ?? 0,
            Digest = model.Digest ?? "",
            ModifiedAt = model.ModifiedAt,
            Family = Known(model.Details?.Family),
            ParameterSize = Known(model.Details?.ParameterSize),
            QuantizationLevel = Known(model.Details?.QuantizationLevel),
            Capabilities = Known(model.Capabilities),
            RemoteHost = Known(model.RemoteHost),
        })];
    }

    /// <summary><c>GET /api/ps</c>: the models in memory.</summary>
    public async Task<IReadOnlyList<OllamaRunningModel>> ListRunningModelsAsync(CancellationToken cancellationToken = default)
    {
        PsAnswer answer = Read(
            await _transport.QueryAsync(OllamaCall.Get("api/ps"), cancellationToken), Wire.Json.PsAnswer);
        return [.. (answer.Models ?? []).OfType<PsModel>().Where(model => (model.Name ?? model.Model) is not null).Select(model => new OllamaRunningModel
        {
            Name = (model.Name ?? model.Model)!,
            Size = model.Size ?? 0,
            SizeVram = model.SizeVram ?? 0,
            ExpiresAt = model.ExpiresAt,
            ContextLength = model.ContextLength is > 0 and <= int.MaxValue ? (int)model.ContextLength : null,
        })];
    }

    /// <summary><c>POST /api/show</c>: one model.</summary>
    public async Task<OllamaModelDetails> ShowModelAsync(string model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        byte[] body = Write(new ModelRequest(model), Wire.Json.ModelRequest);
        ShowAnswer answer = Read(
            await _transport.QueryAsync(OllamaCall.Post("api/show", body, model), cancellationToken), Wire.Json.ShowAnswer);

        // {"model_info":{"general.architecture":"llama","llama.context_length":131072,…}}
        IReadOnlyDictionary<string, JsonElement> info = answer.ModelInfo ?? (IReadOnlyDictionary<string, JsonElement>)ImmutableDictionary<string, JsonElement>.Empty;
        string? architecture = info.TryGetValue("general.architecture", out JsonElement named) ? TextOf(named) : null;
        return new OllamaModelDetails
        {
            Capabilities = Known(answer.Capabilities),
            Architecture = architecture,
            ContextLength = info.TryGetValue($"{architecture}.context_length", out JsonElement length)
                && length.ValueKind == JsonValueKind.Number && length.TryGetInt32(out int tokens) && tokens > 0 ? tokens : null,
            Family = Known(answer.Details?.Family),
            ParameterSize = Known(answer.Details?.ParameterSize),
            QuantizationLevel = Known(answer.Details?.QuantizationLevel),
            Parameters = Known(answer.Parameters),
            Template = Known(answer.Template),
            System = Known(answer.System),
            License = Known(answer.License),
            ModelInfo = info,
        };
    }

    /// <summary>Go writes an empty text for what it does not know.</summary>
    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>The string; null for anything else, and for one that is no Unicode.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static ImmutableArray<string> Known(string?[]? texts) => [.. (texts ?? []).OfType<string>()];
}
