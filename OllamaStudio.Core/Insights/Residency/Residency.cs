using System.Collections.Immutable;

namespace OllamaStudio.Core.Insights.Residency;

/// <summary>A stretch of time in which a model was in memory.</summary>
/// <param name="From">When it came, UTC; where nobody knows better, when it was first seen.</param>
/// <param name="To">When it left, UTC; null while it is there.</param>
/// <param name="Origin">Who brought it.</param>
/// <param name="TraceId">The turn that did; null for none.</param>
/// <param name="End">Why it left.</param>
/// <param name="EvictedFor">The model that it made room for; null where none is known.</param>
public sealed record ResidentStretch(DateTimeOffset From, DateTimeOffset? To, ResidencyOrigin Origin, string? TraceId, ResidencyEnd End, string? EvictedFor);

/// <summary>Who brought a model into memory.</summary>
public enum ResidencyOrigin
{
    /// <summary>It was there when the server was first looked at.</summary>
    Before,

    /// <summary>A turn of the studio, which waited for it.</summary>
    Turn,

    /// <summary>A person, on the page of models.</summary>
    Person,

    /// <summary>Another client of the server.</summary>
    OtherClient,
}

/// <summary>Why a model left memory.</summary>
public enum ResidencyEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>Its time was over.</summary>
    Expired,

    /// <summary>Before its time, when another one came.</summary>
    Evicted,

    /// <summary>A person took it out, on the page of models.</summary>
    Ejected,

    /// <summary>Before its time, by somebody else's doing.</summary>
    Unloaded,

    /// <summary>The server stopped answering: nobody knows.</summary>
    ServerGone,
}

/// <summary>A model at work.</summary>
/// <param name="Start">When the studio asked, UTC; of another client's, about when it was seen.</param>
/// <param name="Duration">From then to the end of the answer.</param>
/// <param name="Load">How long it waited for the model to be loaded, after <paramref name="Queue"/>; null where it was in memory.</param>
/// <param name="Queue">How long it waited before that.</param>
/// <param name="TraceId">The turn; null for another client's.</param>
/// <param name="IsFailed">Whether it failed.</param>
public sealed record ResidentUse(DateTimeOffset Start, TimeSpan Duration, TimeSpan? Load, TimeSpan Queue, string? TraceId, bool IsFailed)
{
    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset End => Start + Duration;
}

/// <summary>One model over a time.</summary>
/// <param name="Model">Its name, as the server lists it.</param>
/// <param name="Stretches">When it was in memory, oldest first.</param>
/// <param name="Uses">What it did, oldest first.</param>
public sealed record ResidencyLane(string Model, ImmutableArray<ResidentStretch> Stretches, ImmutableArray<ResidentUse> Uses)
{
    /// <summary>Whether it is in memory now.</summary>
    public bool IsLoaded => Stretches is [.., { To: null }];
}
