namespace OllamaStudio.Simulator.Faults;

/// <summary>A way in which the simulator can go wrong on request.</summary>
/// <param name="Name">Its name, in the header, in a prompt and in a <see cref="StandingFault"/>.</param>
/// <param name="Description">What a person sees, one sentence.</param>
/// <param name="Unit">What its number counts (<c>cut=3</c>), such as <c>chunks</c>; null where it takes none.</param>
/// <param name="DefaultAmount">The number where none is given; null where it takes none.</param>
public sealed record DemoFault(string Name, string Description, string? Unit = null, int? DefaultAmount = null)
{
    /// <summary>Whether a client may send the request again by itself, since the server says that it did nothing with it.</summary>
    public bool InvitesRetry { get; init; }

    /// <summary>The largest number that any fault takes; the smallest is 1. Enough for every cap that a client may have, and no more than a laptop can hold.</summary>
    public const int LargestAmount = 64_000_000;
}

/// <summary>A fault that meets requests which ask for none themselves.</summary>
/// <param name="Name">Name of one of <see cref="SimulatorServer.Faults"/>.</param>
/// <param name="Amount">Its number, 1 to <see cref="DemoFault.LargestAmount"/>; null for its default, and for a fault that takes none.</param>
/// <param name="Requests">How many further requests it meets, at least 1; null to stand until it is switched off.</param>
public sealed record StandingFault(string Name, int? Amount = null, int? Requests = null);
