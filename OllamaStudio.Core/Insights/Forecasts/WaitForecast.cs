namespace OllamaStudio.Core.Insights.Forecasts;

/// <summary>How long a model call takes to its first token, from calls like it in the past.</summary>
/// <param name="Queue">Waiting for the turns ahead; zero for none.</param>
/// <param name="Load">Loading the model; zero where it is in memory.</param>
/// <param name="Reading">Reading what of the prompt is not cached, with the way there and back.</param>
/// <param name="Tokens">About how many tokens the prompt has.</param>
/// <param name="Cached">About how many of them the server still has.</param>
public sealed record WaitForecast(TimeSpan Queue, TimeSpan Load, TimeSpan Reading, long Tokens, long Cached)
{
    /// <summary>Until the first token.</summary>
    public TimeSpan Total => Queue + Load + Reading;

    /// <summary>How much of <see cref="Queue"/> is still to come; zero where no reply is ahead (any more).</summary>
    public TimeSpan Ahead { get; init; }

    /// <summary>How many replies are ahead.</summary>
    public int RepliesAhead { get; init; }

    /// <summary>How far off forecasts of load and reading like these were, the queue apart; null where fewer than <see cref="ForecastError.FewestForecasts"/> could be checked.</summary>
    public ForecastError? Error { get; init; }
}

/// <summary>How far off the last forecasts of one kind were.</summary>
/// <param name="Median">The median of how far off, too early or too late.</param>
/// <param name="Count">Of so many.</param>
public sealed record ForecastError(TimeSpan Median, int Count)
{
    /// <summary>Fewer tell nothing.</summary>
    public const int FewestForecasts = 5;

    /// <summary>Of more the newest so many count.</summary>
    public const int MostForecasts = 12;
}

/// <summary>What is known of a call before it runs.</summary>
/// <param name="Session">The conversation.</param>
/// <param name="Digest">What the model's name stands for; null where unknown.</param>
/// <param name="ServerVersion">The server's version; null where unknown.</param>
/// <param name="IsLoaded">Whether the model is in memory.</param>
/// <param name="Tokens">Tokens of the prompt.</param>
/// <param name="SentAt">When it was sent, UTC.</param>
public sealed record ForecastQuestion(string? Session, string? Digest, string? ServerVersion, bool IsLoaded, long Tokens, DateTimeOffset SentAt)
{
    /// <summary>The call that the model still answers before, whose prompt is in its cache by then; null for none.</summary>
    public MeasuredCall? Ahead { get; init; }
}
