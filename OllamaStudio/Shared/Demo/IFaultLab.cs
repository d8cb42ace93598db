using System.Collections.Immutable;
using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Shared.Demo;

/// <summary>Lets the built-in demo go wrong on purpose. Never concerns a real server; nothing of it is stored.</summary>
public interface IFaultLab
{
    /// <summary>What can go wrong, in the order to show it in.</summary>
    ImmutableArray<DemoFault> Faults { get; }

    /// <summary>The fault that the demo's next answers meet; null for none.</summary>
    StandingFault? Armed { get; }

    /// <summary>Raised after <see cref="Armed"/> changed, on any thread. Handlers must be quick.</summary>
    event Action? Changed;

    /// <summary>Arms a fault in place of the one before; the demo is started where it does not run yet.</summary>
    /// <param name="fault">One of <see cref="Faults"/>.</param>
    /// <param name="amount">Its number, from 1 to <see cref="DemoFault.LargestAmount"/>; null for its default, and for a fault that takes none.</param>
    /// <param name="once">For the next message only, however often the client tries to send it; else until it is cleared.</param>
    /// <param name="cancellationToken">Gives up starting the demo.</param>
    /// <exception cref="ArgumentException">The number is out of its range.</exception>
    /// <exception cref="IOException">The demo cannot be started.</exception>
    Task ArmAsync(DemoFault fault, int? amount, bool once, CancellationToken cancellationToken);

    /// <summary>Lets the demo answer as usual again; answers under way keep their fault.</summary>
    void Clear();
}
