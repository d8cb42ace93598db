namespace OllamaStudio.Core.Ollama;

/// <summary>A line of progress of a pull or a create. Not OllamaSharp's, which calls an unknown size 0 and its share 100 %.</summary>
public sealed record OllamaProgress
{
    /// <summary>The <see cref="Status"/> of the last line, where all is well.</summary>
    internal const string Success = "success";

    /// <param name="status">See <see cref="Status"/>.</param>
    /// <param name="digest">See <see cref="Digest"/>.</param>
    /// <param name="total">Bytes, 0 for unknown.</param>
    /// <param name="completed">Bytes, 0 for none.</param>
    internal OllamaProgress(string? status, string? digest, long total, long completed) =>
        (Status, Digest, Total, Completed) = (status ?? "", digest, total > 0 ? total : null, completed > 0 ? completed : null);

    /// <summary>What is being done, such as <c>pulling manifest</c>; <c>success</c> at the end. Never null.</summary>
    public string Status { get; }

    /// <summary>The layer that is loaded; null where it is not about one.</summary>
    public string? Digest { get; }

    /// <summary>Bytes of the layer; null where unknown.</summary>
    public long? Total { get; }

    /// <summary>Bytes of it that are there. Ollama leaves out zero: null where <see cref="Total"/> is known means none yet.</summary>
    public long? Completed { get; }

    /// <summary>Share of the layer that is there, 0–1; null where its size is unknown.</summary>
    public double? Fraction => Total > 0 ? Math.Clamp((double)(Completed ?? 0) / Total.Value, 0, 1) : null;

    /// <summary>Whether it is the last line, and all is well.</summary>
    public bool IsSuccess => Status == Success;
}
