using System.IO.Pipelines;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Faults;

/// <summary>Loads for a long time, in memory already or not.</summary>
internal sealed class SlowLoadFault(TimeSpan delay) : Fault
{
    public override TimeSpan ExtraLoad => delay;
}

/// <summary>Sends every byte on its own, so that lines, escapes and characters arrive in pieces.</summary>
internal sealed class SlowDripFault(double bytesPerSecond) : Fault
{
    public override async Task SendAsync(PipeWriter output, ReadOnlyMemory<byte> line, SimulatorOptions options, CancellationToken cancellationToken)
    {
        var pacer = new Pacer(options.Time, options.Unpaced ? 0 : bytesPerSecond);
        for (var i = 0; i < line.Length; i++)
        {
            await pacer.NextAsync(cancellationToken);
            await output.WriteAsync(line.Slice(i, 1), cancellationToken);
        }
    }
}
