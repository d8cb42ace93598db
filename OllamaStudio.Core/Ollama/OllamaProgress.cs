namespace OllamaStudio.Core.Ollama;

/// <summary>A line of progress of a pull or a create.</summary>
public sealed record OllamaProgress
{
    /// <summary>What is being done, such as <c>pulling manifest</c>; <c>success</c> at the end. Never null.</summary>
    public string Status { get; init; } = "";

    /// <summary>The layer that is loaded; null where it is not about one.</summary>
    public string? Digest { get; init; }

    /// <summary>Bytes of the layer; null where unknown.</summary>
    public long? Total { get; init; }

    /// <summary>Bytes of it that are there. Ollama leaves out zero: null where <see cref="Total"/> is known means none yet.</summary>
    public long? Completed { get; init; }

    /// <summary>Share of the layer that is there, 0–1; null where its size is unknown.</summary>
    public double? Fraction => Total > 0 ? Math.Clamp((double)(Completed ?? 0) / Total.Value, 0, 1) : null;

    /// <summary>Whether it is the last line, and all is well.</summary>
    public bool IsSuccess => Status == "success";
}
