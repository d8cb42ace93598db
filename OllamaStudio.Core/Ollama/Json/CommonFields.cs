using System.Collections.Immutable;
using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>What a line of <c>/api/chat</c> holds beside model and message. One per line.</summary>
internal struct CommonFields()
{
    private string? _doneReason;
    private StatsReader _stats;

    /// <summary>When the line was written; null where it does not say.</summary>
    public DateTimeOffset? CreatedAt { get; private set; }

    /// <summary>Whether it is the last one.</summary>
    public bool Done { get; private set; }

    /// <summary>Why it is the last one; null where it does not say.</summary>
    public readonly string? DoneReason => string.IsNullOrEmpty(_doneReason) ? null : _doneReason;

    /// <summary>Its error; null where it is none.</summary>
    public WireError? Error { get; private set; }

    /// <summary>Log probabilities of its tokens; empty where they were not asked for.</summary>
    public ImmutableArray<OllamaLogprob> Logprobs { get; private set; } = [];

    /// <summary>Its durations and counts; null where it has none.</summary>
    public readonly OllamaStats? Stats => _stats.ToStats();

    /// <summary>Reads the property that the reader stands on; false, without moving, where it is none of these. A doubled one: the last counts.</summary>
    public bool TryRead(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("created_at"u8))
        {
            CreatedAt = Lenient.ReadTime(ref reader);
        }
        else if (reader.ValueTextEquals("done"u8))
        {
            Done = Lenient.ReadBool(ref reader);
        }
        else if (reader.ValueTextEquals("done_reason"u8))
        {
            _doneReason = Lenient.ReadString(ref reader);
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            Error = Envelope.ReadError(ref reader);
        }
        else if (reader.ValueTextEquals("logprobs"u8))
        {
            Logprobs = LogprobsReader.Read(ref reader);
        }
        else
        {
            return _stats.TryRead(ref reader);
        }

        return true;
    }
}
