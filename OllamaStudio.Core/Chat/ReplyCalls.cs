using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>Writes the tool calls of one reply into its conversation. Called one at a time.</summary>
/// <param name="conversation">The conversation.</param>
/// <param name="replyId">The reply; null for the one that began last.</param>
internal sealed class ReplyCalls(Conversation conversation, string? replyId = null)
{
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private int _round;
    private bool _hasResults;

    /// <summary>Whether some call has no result yet.</summary>
    public bool ArePending => _pending.Count > 0;

    /// <summary>Takes the next piece of the reply; one that is neither call nor result is left alone.</summary>
    public void Take(AIContent content)
    {
        switch (content)
        {
            case FunctionCallContent call:
                // The first call after a result stands in the model's next answer.
                _round += _hasResults ? 1 : 0;
                _hasResults = false;
                _pending.Add(call.CallId);
                conversation.AddCall(new ToolCallRecord { Id = call.CallId, Name = call.Name, Arguments = ToolJson.Arguments(call), Round = _round }, replyId);
                break;
            case FunctionResultContent result:
                _hasResults = true;
                _pending.Remove(result.CallId);
                var outcome = result.RawRepresentation as ToolOutcome ?? ToolResultReader.Read(result.Result);
                conversation.UpdateCall(result.CallId, call => call with
                {
                    State = outcome.State,
                    Result = outcome.Text,
                    Images = outcome.Images,
                    Duration = outcome.Duration,
                    Source = outcome.Source.Length > 0 ? outcome.Source : call.Source,
                }, replyId);
                if (!outcome.Images.IsEmpty)
                {
                    conversation.BoundImages(KeptImages.MaxBytes);
                }

                break;
        }
    }

    /// <summary>The turn is over: what still runs was stopped with it.</summary>
    public void Stop()
    {
        foreach (var id in _pending)
        {
            conversation.UpdateCall(id, call => call.IsPending ? call with { State = ToolCallState.Cancelled } : call, replyId);
        }

        _pending.Clear();
    }
}
