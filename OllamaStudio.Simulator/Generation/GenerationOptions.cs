using System.Collections.Immutable;
using System.Text.Json;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

/// <summary>What a model is loaded with: a request that asks for other values reloads it.</summary>
internal sealed record LoadSettings(int ContextLength, int Gpu, int Batch, int Threads, bool? Mmap);

/// <summary>A request's <c>options</c>, of which the simulator honours some and checks the types of all.</summary>
internal sealed record GenerationOptions
{
    public const int DefaultContext = 4096;

    private static readonly string[] Integers =
        ["num_ctx", "num_predict", "num_keep", "num_batch", "num_gpu", "main_gpu", "num_thread", "seed", "top_k", "repeat_last_n", "draft_num_predict"];

    private static readonly string[] Floats =
        ["temperature", "top_p", "min_p", "typical_p", "repeat_penalty", "presence_penalty", "frequency_penalty"];

    public required LoadSettings Load { get; init; }

    /// <summary>Most tokens to generate; 0 or less for no limit.</summary>
    public int MaxTokens { get; init; }

    /// <summary>Seed of the reply; null for the server's own.</summary>
    public int? Seed { get; init; }

    public ImmutableArray<string> Stop { get; init; } = [];

    /// <summary>Reads the request's options over the model's own. A wrong type is a 500, as in Ollama.</summary>
    public static GenerationOptions Read(JsonElement? request, JsonElement model, int maxContext)
    {
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var source in (ReadOnlySpan<JsonElement?>)[model.ValueKind == JsonValueKind.Object ? model : null, request])
        {
            foreach (var option in source?.EnumerateObject() ?? default)
            {
                Check(option);
                if (option.Value.ValueKind != JsonValueKind.Null)
                {
                    merged[option.Name] = option.Value;
                }
            }
        }

        return new GenerationOptions
        {
            Load = new LoadSettings(
                Math.Clamp(Integer("num_ctx") ?? DefaultContext, 1, maxContext),
                Integer("num_gpu") ?? -1,
                Integer("num_batch") ?? 512,
                Integer("num_thread") ?? 0,
                merged.TryGetValue("use_mmap", out var mmap) ? mmap.GetBoolean() : null),
            MaxTokens = Integer("num_predict") ?? -1,
            Seed = Integer("seed"),
            Stop = merged.TryGetValue("stop", out var stop) ? [.. stop.EnumerateArray().Select(static item => item.GetString()!)] : [],
        };

        // Go turns the JSON number (a double) into an integer and lets the fraction go.
        int? Integer(string name) => merged.TryGetValue(name, out var value) ? (int)Math.Clamp(value.GetDouble(), int.MinValue, int.MaxValue) : null;
    }

    private static void Check(JsonProperty option)
    {
        var kind = option.Value.ValueKind;
        if (kind == JsonValueKind.Null)
        {
            return;
        }

        if (Integers.Contains(option.Name) && kind != JsonValueKind.Number)
        {
            throw Refuse(option.Name, "integer");
        }

        if (Floats.Contains(option.Name) && kind != JsonValueKind.Number)
        {
            throw Refuse(option.Name, "float32");
        }

        if (option.Name is "use_mmap" && kind is not (JsonValueKind.True or JsonValueKind.False))
        {
            throw Refuse(option.Name, "boolean");
        }

        if (option.Name is "stop")
        {
            if (kind != JsonValueKind.Array)
            {
                throw Refuse(option.Name, "array");
            }

            if (option.Value.EnumerateArray().Any(static item => item.ValueKind != JsonValueKind.String))
            {
                throw new WireException(500, "option \"stop\" must be of an array of strings");
            }
        }
    }

    private static WireException Refuse(string name, string type) => new(500, $"option \"{name}\" must be of type {type}");
}
