using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>Collects the durations and counts of a last line.</summary>
internal static class StatsReader
{
    /// <summary>Adds the property that the reader stands on to what was collected; null, without moving, where it is none of ours.</summary>
    public static OllamaStats? TryRead(ref Utf8JsonReader reader, OllamaStats? stats)
    {
        if (Lenient.Is(ref reader, "total_duration"u8))
        {
            return (stats ?? new()) with { TotalDuration = Lenient.ReadDuration(ref reader) };
        }

        if (Lenient.Is(ref reader, "load_duration"u8))
        {
            return (stats ?? new()) with { LoadDuration = Lenient.ReadDuration(ref reader) };
        }

        if (Lenient.Is(ref reader, "prompt_eval_count"u8))
        {
            return (stats ?? new()) with { PromptEvalCount = Lenient.ReadCount(ref reader) };
        }

        if (Lenient.Is(ref reader, "prompt_eval_cached_count"u8))
        {
            return (stats ?? new()) with { PromptEvalCachedCount = Lenient.ReadCount(ref reader) };
        }

        if (Lenient.Is(ref reader, "prompt_eval_duration"u8))
        {
            return (stats ?? new()) with { PromptEvalDuration = Lenient.ReadDuration(ref reader) };
        }

        if (Lenient.Is(ref reader, "eval_count"u8))
        {
            return (stats ?? new()) with { EvalCount = Lenient.ReadCount(ref reader) };
        }

        if (Lenient.Is(ref reader, "eval_duration"u8))
        {
            return (stats ?? new()) with { EvalDuration = Lenient.ReadDuration(ref reader) };
        }

        return null;
    }
}
