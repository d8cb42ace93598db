namespace OllamaStudio.Core.Insights.Residency;

/// <summary>A model in memory, as a recorder fills it in.</summary>
internal sealed class Stretch(string server, string key, string model, DateTimeOffset from)
{
    public string Server => server;

    public string Key => key;

    public string Model { get; set; } = model;

    public DateTimeOffset From { get; set; } = from;

    public DateTimeOffset? To { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public ResidencyOrigin Origin { get; set; }

    public string? TraceId { get; set; }

    public ResidencyEnd End { get; set; }

    public string? EvictedFor { get; set; }

    public ResidentStretch ToRecord() => new(From, To, Origin, TraceId, End, EvictedFor);
}

/// <summary>A use, and whose.</summary>
internal sealed record Use(string Server, string Key, string Model, ResidentUse What);
