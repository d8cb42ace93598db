using System.Globalization;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama;

/// <summary>How long a model stays in memory after a request: seconds, or a duration as Go writes it, on the wire.</summary>
[JsonConverter(typeof(KeepAliveConverter))]
public readonly record struct OllamaKeepAlive
{
    private OllamaKeepAlive(string? text, double seconds) => (Text, Seconds) = (text, seconds);

    /// <summary>Until the server stops. <c>-1</c> on the wire; <c>/api/ps</c> then says year 2318.</summary>
    public static OllamaKeepAlive Forever { get; } = new(null, -1);

    /// <summary>Not at all: the model is unloaded at once. Also the default value.</summary>
    public static OllamaKeepAlive Unload { get; }

    /// <summary>A duration in Go's notation, such as <c>5m</c> or <c>1h30m</c>; null where it is given in <see cref="Seconds"/>.</summary>
    public string? Text { get; }

    /// <summary>Seconds, negative for ever; meaningless where <see cref="Text"/> is set.</summary>
    public double Seconds { get; }

    /// <summary>For that long.</summary>
    public static OllamaKeepAlive For(TimeSpan time) => new(null, time.TotalSeconds);

    /// <summary>Reads seconds (<c>300</c>, <c>-1</c>) or Go's notation (<c>5m</c>), which the server checks; null for nothing.</summary>
    public static OllamaKeepAlive? Parse(string? text)
    {
        text = text?.Trim();
        return string.IsNullOrEmpty(text) ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && double.IsFinite(seconds) ? new(null, seconds)
            : new(text, 0);
    }

    /// <inheritdoc />
    public override string ToString() => Text ?? Seconds.ToString(CultureInfo.InvariantCulture);
}
