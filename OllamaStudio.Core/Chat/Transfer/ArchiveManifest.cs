namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>What an archive says of itself, in <c>manifest.json</c>.</summary>
internal sealed record ArchiveManifest
{
    public const string FormatName = "ollamastudio.archive";
    public const int CurrentVersion = 1;

    public string? Format { get; init; }

    public int? Version { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    public int? Conversations { get; init; }

    public long? Messages { get; init; }

    public int? Images { get; init; }

    /// <summary>Whether the settings are in it, never their secrets.</summary>
    public bool? Settings { get; init; }
}
