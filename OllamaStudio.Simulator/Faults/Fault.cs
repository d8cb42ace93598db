using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Faults;

/// <summary>One way to go wrong. The base does nothing wrong: a fault overrides the step that it spoils.</summary>
internal abstract class Fault
{
    /// <summary>Answers in place of the endpoint; false to let the endpoint answer.</summary>
    public virtual Task<bool> AnswerAsync(HttpContext context, SimulatorOptions options, CancellationToken cancellationToken) =>
        Task.FromResult(false);

    /// <summary>Time that loading takes on top of its own.</summary>
    public virtual TimeSpan ExtraLoad => TimeSpan.Zero;

    /// <summary>Changes what the model says.</summary>
    public virtual Reply Shape(Reply reply, Conversation conversation) => reply;

    /// <summary>Changes, drops or adds chunks; may throw to fail in their midst.</summary>
    public virtual IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, CancellationToken cancellationToken) => chunks;

    /// <summary>Sends one line.</summary>
    public virtual async Task SendAsync(PipeWriter output, ReadOnlyMemory<byte> line, SimulatorOptions options, CancellationToken cancellationToken) =>
        await output.WriteAsync(line, cancellationToken);
}
