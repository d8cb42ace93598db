using System.Collections.Immutable;
using System.Text.Json;
using OllamaStudio.Simulator.Models;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

/// <summary>What a model is loaded with: a request that asks for other values reloads it.</summary>
internal sealed record LoadSettings(int ContextLength, int Gpu, int Batch, int Threads, bool? Mmap);

/// <summary>A request's <c>options</c>, of which the simulator honours some and checks the types of all.</summary>
internal sealed record GenerationOptions
{
    private const int DefaultContext = 4096;

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

    /// <summary>Reads a request's options over the model's own. A wrong type is a 500, as in Ollama.</summary>
    public static GenerationOptions Read(IReadOnlyDictionary<string, JsonElement>? request, DemoModel model)
    {
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in model.Parameters.Concat(request ?? ImmutableDictionary<string, JsonElement>.Empty).Where(static option => option.Value.ValueKind != JsonValueKind.Null))
        {
            Check(name, value);
            merged[name] = value;
        }

        return new GenerationOptions
        {
            Load = new LoadSettings(
                Math.Clamp(Integer("num_ctx") ?? DefaultContext, 1, model.MaxContext),
                Integer("num_gpu") ?? -1,
                Integer("num_batch") ?? 512,
                Integer("num_thread") ?? 0,
                merged.TryGetValue("use_mmap", out var mmap) ? mmap.GetBoolean() : null),
            MaxTokens = Integer("num_predict") ?? -1,
            Seed = Integer("seed"),
            Stop = merged.TryGetValue("stop", out var stop) ? [.. stop.EnumerateArray().Select(static item => item.ToString())] : [],
        };

        // A fraction is let go, as in Ollama.
        int? Integer(string name) => merged.TryGetValue(name, out var value) ? (int)Math.Clamp(value.GetDouble(), int.MinValue, int.MaxValue) : null;
    }

    private static void Check(string name, JsonElement value)
    {
        var kind = value.ValueKind;
        var wanted =
            Integers.Contains(name) && kind != JsonValueKind.Number ? "integer"
            : Floats.Contains(name) && kind != JsonValueKind.Number ? "float32"
            : name == "use_mmap" && kind is not (JsonValueKind.True or JsonValueKind.False) ? "boolean"
            : name == "stop" && kind != JsonValueKind.Array ? "array"
            : null;
        if (wanted is not null)
        {
            throw new WireException(500, $"option \"{name}\" must be of type {wanted}");
        }
    }
}
