using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Models;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>What the endpoints of one server share.</summary>
internal sealed record SimulatorState(SimulatorOptions Options) : IDisposable
{
    /// <summary>A version that the protocol's facts were read from, marked so that nobody takes this for Ollama.</summary>
    public const string Version = "0.33.0-demo";

    public ModelStore Store { get; } = new();

    public RunnerPool Pool { get; } = new(Options);

    public Generator Generator { get; } = new(Options);

    public StandingFaultSlot StandingFault { get; } = new();

    public TimeProvider Time => Options.Time;

    public void Dispose() => Pool.Dispose();
}
