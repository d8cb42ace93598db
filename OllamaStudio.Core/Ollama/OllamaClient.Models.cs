using System.Text;
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
        JsonElement answer = Read(await _transport.QueryAsync(OllamaCall.Get("api/version"), cancellationToken));
        return answer.Text("version"u8) ?? throw new OllamaException(
            OllamaErrorKind.NotOllama, "What answers does not say which version of Ollama it is.", "Check that OLLAMA_HOST names an Ollama server.");
    }

    /// <summary><c>GET /api/tags</c>: the installed models. An entry without a name is left out.</summary>
    public async Task<IReadOnlyList<OllamaModel>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        JsonElement answer = Read(await _transport.QueryAsync(OllamaCall.Get("api/tags"), cancellationToken));
        return [.. answer.Items("models"u8).Select(Installed).OfType<OllamaModel>()];
    }

    /// <summary><c>GET /api/ps</c>: the models in memory. An entry without a name is left out.</summary>
    public async Task<IReadOnlyList<OllamaRunningModel>> ListRunningModelsAsync(CancellationToken cancellationToken = default)
    {
        JsonElement answer = Read(await _transport.QueryAsync(OllamaCall.Get("api/ps"), cancellationToken));
        return [.. answer.Items("models"u8).Select(Running).OfType<OllamaRunningModel>()];
    }

    /// <summary><c>POST /api/show</c>: one model.</summary>
    public async Task<OllamaModelDetails> ShowModelAsync(string model, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        byte[] body = Write(new ModelRequest(model), Wire.Json.ModelRequest);
        JsonElement answer = Read(await _transport.QueryAsync(OllamaCall.Post("api/show", body, model), cancellationToken));
        JsonElement details = answer.Field("details"u8);

        // {"model_info":{"general.architecture":"llama","llama.context_length":131072,…}}
        JsonElement info = answer.Field("model_info"u8);
        string? architecture = info.Text("general.architecture"u8);
        return new OllamaModelDetails
        {
            Capabilities = answer.Texts("capabilities"u8),
            Architecture = architecture,
            ContextLength = Tokens(info.Count(Encoding.UTF8.GetBytes($"{architecture}.context_length"))),
            Family = details.Text("family"u8),
            ParameterSize = details.Text("parameter_size"u8),
            QuantizationLevel = details.Text("quantization_level"u8),
            Parameters = answer.Text("parameters"u8),
            Template = answer.Text("template"u8),
            System = answer.Text("system"u8),
            License = answer.Text("license"u8),
            ModelInfo = answer.Fields("model_info"u8),
        };
    }

    /// <summary>One model of <c>/api/tags</c>; null where it has no name.</summary>
    private static OllamaModel? Installed(JsonElement model)
    {
        // "families" is left aside: it is null as often as not, and "family" says the same.
        JsonElement details = model.Field("details"u8);
        return Name(model) is not { } name ? null : new OllamaModel
        {
            Name = name,
            Size = model.Count("size"u8) ?? 0,
            Digest = model.Text("digest"u8) ?? "",
            ModifiedAt = model.Time("modified_at"u8),
            Family = details.Text("family"u8),
            ParameterSize = details.Text("parameter_size"u8),
            QuantizationLevel = details.Text("quantization_level"u8),
            Capabilities = model.Texts("capabilities"u8),
            RemoteHost = model.Text("remote_host"u8),
        };
    }

    /// <summary>One model of <c>/api/ps</c>; null where it has no name.</summary>
    private static OllamaRunningModel? Running(JsonElement model) => Name(model) is not { } name ? null : new OllamaRunningModel
    {
        Name = name,
        Size = model.Count("size"u8) ?? 0,
        SizeVram = model.Count("size_vram"u8) ?? 0,
        ExpiresAt = model.Time("expires_at"u8),
        ContextLength = Tokens(model.Count("context_length"u8)),
    };

    private static string? Name(JsonElement model) => model.Text("name"u8) ?? model.Text("model"u8);

    /// <summary>A length of context; null for none, and for more than any model has.</summary>
    private static int? Tokens(long? count) => count is > 0 and <= int.MaxValue ? (int)count : null;
}
