namespace OllamaStudio.Core.Ollama;

/// <summary>A model in memory (<c>/api/ps</c>).</summary>
public sealed record OllamaRunningModel
{
    /// <summary>Name with tag.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes in all.</summary>
    public long Size { get; init; }

    /// <summary>Bytes of it in video memory.</summary>
    public long SizeVram { get; init; }

    /// <summary>When it is unloaded; year 2318 means never. Null where unknown.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Tokens of context allocated; null where unknown.</summary>
    public int? ContextLength { get; init; }
}
