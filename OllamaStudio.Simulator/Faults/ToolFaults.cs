using System.Runtime.CompilerServices;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Tools;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Faults;

/// <summary>A fault that needs a tool call: it makes one where the model would not have called.</summary>
internal abstract class ToolCallFault : Fault
{
    public override Reply Shape(Reply reply, Conversation conversation) =>
        conversation.ToolResults.Count > 0 ? reply : reply with { Text = "", Calls = reply.Calls.IsEmpty ? ToolPlanner.CallAny(conversation) : reply.Calls };
}

/// <summary>The call comes well, then an error line.</summary>
internal sealed class ErrorAfterToolCallFault(string error) : ToolCallFault
{
    public override async IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            yield return chunk;
            if (!chunk.Calls.IsEmpty)
            {
                throw new WireException(500, error);
            }
        }
    }
}

/// <summary>The calls come in the chunk that says <c>done</c>, and nowhere before.</summary>
internal sealed class ToolCallsLastFault : ToolCallFault
{
    public override async IAsyncEnumerable<Chunk> Alter(IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = new Chunk();
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            held = chunk.Calls.IsEmpty ? held : chunk;
            if (chunk.Calls.IsEmpty)
            {
                yield return chunk.Done ? chunk with { Calls = held.Calls } : chunk;
            }
        }
    }
}

/// <summary>The call is written into the text, as models do whose template knows no tools.</summary>
internal sealed class PlainTextToolCallFault : ToolCallFault
{
    public override Reply Shape(Reply reply, Conversation conversation) => base.Shape(reply, conversation) is { Calls: [var call, ..] } shaped
        ? shaped with { Text = $$"""{"name": "{{call.Function.Name}}", "arguments": {{call.Function.Arguments.ToJsonString()}}}""", Calls = [] }
        : base.Shape(reply, conversation);
}
