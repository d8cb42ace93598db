using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>Collects the durations and counts of a last line.</summary>
internal struct StatsReader
{
    private OllamaStats? _stats;

    /// <summary>Reads the property that the reader stands on; false, without moving, where it is none of ours.</summary>
    public bool TryRead(ref Utf8JsonReader reader)
    {
        // Every other line has none of them: most are told apart by their length alone.
        if (reader.ValueTextEquals("total_duration"u8))
        {
            _stats = (_stats ?? new()) with { TotalDuration = Lenient.ReadDuration(ref reader) };
        }
        else if (reader.ValueTextEquals("load_duration"u8))
        {
            _stats = (_stats ?? new()) with { LoadDuration = Lenient.ReadDuration(ref reader) };
        }
        else if (reader.ValueTextEquals("prompt_eval_count"u8))
        {
            _stats = (_stats ?? new()) with { PromptEvalCount = Lenient.ReadCount(ref reader) };
        }
        else if (reader.ValueTextEquals("prompt_eval_cached_count"u8))
        {
            _stats = (_stats ?? new()) with { PromptEvalCachedCount = Lenient.ReadCount(ref reader) };
        }
        else if (reader.ValueTextEquals("prompt_eval_duration"u8))
        {
            _stats = (_stats ?? new()) with { PromptEvalDuration = Lenient.ReadDuration(ref reader) };
        }
        else if (reader.ValueTextEquals("eval_count"u8))
        {
            _stats = (_stats ?? new()) with { EvalCount = Lenient.ReadCount(ref reader) };
        }
        else if (reader.ValueTextEquals("eval_duration"u8))
        {
            _stats = (_stats ?? new()) with { EvalDuration = Lenient.ReadDuration(ref reader) };
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>What was collected; null where there was nothing.</summary>
    public readonly OllamaStats? ToStats() => _stats;
}
