namespace OllamaStudio.Simulator.Faults;

/// <summary>A fault that meets requests which ask for none themselves.</summary>
/// <param name="Name">Name of one of <see cref="SimulatorServer.Faults"/>.</param>
/// <param name="Amount">Its number, 1 to <see cref="DemoFault.LargestAmount"/>; null for its default, and for a fault that takes none.</param>
/// <param name="Requests">How many further requests it meets, at least 1; null to stand until it is switched off.</param>
public sealed record StandingFault(string Name, int? Amount = null, int? Requests = null);
