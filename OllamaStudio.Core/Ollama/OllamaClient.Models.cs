using System.Text.Json;
using OllamaSharp.Models;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Transport;

namespace OllamaStudio.Core.Ollama;

/// <content>
/// What the server is, and which models it has: read by OllamaSharp, handed on as records of ours, which do not change, are compared by
/// value and say what is unknown.
/// </content>
public sealed partial class OllamaClient
{
    /// <summary><c>GET /api/version</c>.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken = default) =>
        await AnswerReader.ReadAsync(_api.GetVersionAsync(cancellationToken)) is { Length: > 0 } version ? version : throw new OllamaException(
            OllamaErrorKind.NotOllama, "The server did not report an Ollama version.", "Check that OLLAMA_HOST names an Ollama server.");

    /// <summary><c>GET /api/tags</c>: the installed models. An entry without a name is left out.</summary>
    public async Task<IReadOnlyList<OllamaModel>> ListModelsAsync(CancellationToken cancellationToken = default) =>
        [.. (await AnswerReader.ReadAsync(_api.ListLocalModelsAsync(cancellationToken)) ?? []).OfType<InstalledModel>().Select(Installed).OfType<OllamaModel>()];

    /// <summary><c>GET /api/ps</c>: the models in memory. An entry without a name is left out.</summary>
    public async Task<IReadOnlyList<OllamaRunningModel>> ListRunningModelsAsync(CancellationToken cancellationToken = default) =>
        [.. (await AnswerReader.ReadAsync(_api.ListRunningModelsAsync(cancellationToken)) ?? []).Select(Running).OfType<OllamaRunningModel>()];

    /// <summary><c>POST /api/show</c>: one model.</summary>
    public async Task<OllamaModelDetails> ShowModelAsync(string model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var request = new ShowModelRequest { Model = model };
        ShowModelResponse answer = await AnswerReader.ReadAsync(_api.ShowModelAsync(request, cancellationToken), request);

        // {"model_info":{"general.architecture":"llama","llama.context_length":131072,…}}
        Dictionary<string, JsonElement> info = answer.Info?.ExtraInfo?.ToDictionary(field => field.Key, field => (JsonElement)field.Value, StringComparer.Ordinal) ?? [];
        string? architecture = info.GetValueOrDefault("general.architecture").Text();
        return new OllamaModelDetails
        {
            Capabilities = [.. answer.Capabilities ?? []],
            Architecture = architecture,
            ContextLength = Lenient.Count(info.GetValueOrDefault($"{architecture}.context_length")) is > 0 and <= int.MaxValue and var length ? (int)length : null,
            Family = answer.Details?.Family,
            ParameterSize = answer.Details?.ParameterSize,
            QuantizationLevel = answer.Details?.QuantizationLevel,
            Parameters = answer.Parameters,
            Template = answer.Template,
            System = answer.System,
            License = answer.License,
            ModelInfo = info,
        };
    }

    /// <summary>One model of <c>/api/tags</c>; null where it has no name.</summary>
    private static OllamaModel? Installed(InstalledModel model) => (model.Name ?? model.ModelName) is not { } name ? null : new OllamaModel
    {
        Name = name,
        Size = model.Size,
        Digest = model.Digest ?? "",
        ModifiedAt = Known(model.ModifiedAt),
        Family = model.Details?.Family,
        ParameterSize = model.Details?.ParameterSize,
        QuantizationLevel = model.Details?.QuantizationLevel,
        ContextLength = model.Details is InstalledDetails { ContextLength: > 0 and var length } ? length : null,
        Capabilities = [.. model.Capabilities ?? []],
        RemoteHost = model.RemoteHost,
    };

    /// <summary>One model of <c>/api/ps</c>; null where it has no name.</summary>
    private static OllamaRunningModel? Running(RunningModel model) => (model.Name ?? model.ModelName) is not { } name ? null : new OllamaRunningModel
    {
        Name = name,
        Size = model.Size,
        SizeVram = model.SizeVram,
        ExpiresAt = Known(model.ExpiresAt),
        ContextLength = model.ContextLength > 0 ? model.ContextLength : null,
    };

    private static DateTimeOffset? Known(DateTime time) => time == default ? null : new DateTimeOffset(time);
}
