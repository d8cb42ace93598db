using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>Says which tools a turn may use: those that are there, less what the person switched off, for models that call tools.</summary>
public sealed class ChatTools(ToolBox box, ModelCapabilities capabilities)
{
    /// <summary>What becomes of the images among these messages: they are sent, unless the model is known to read none.</summary>
    public async ValueTask<PromptImages> ImagesForAsync(IEnumerable<MessageRecord> messages, string model, CancellationToken cancellationToken) =>
        messages.Any(static message => message.Attachments.Any(static file => file.IsImage)) && await capabilities.ReadsImagesAsync(model, cancellationToken) is false
            ? PromptImages.LeftOut
            : PromptImages.Sent;

    /// <summary>The tools that a model is offered; null for one that calls none, or of which that is not known.</summary>
    internal async ValueTask<ImmutableArray<StudioTool>?> OfferedAsync(ImmutableHashSet<string> disabled, string model, CancellationToken cancellationToken) =>
        await capabilities.OfAsync(model, cancellationToken) is { } able && able.Contains(ModelCapabilities.Tools) ? [.. box.Tools.Where(tool => !disabled.Contains(tool.Id))] : null;

    /// <summary>The tools of a turn; null for a model that calls none, or of which that is not known: Ollama refuses to offer tools to such a one.</summary>
    /// <param name="conversation">Where the turn runs.</param>
    /// <param name="replyId">The turn's reply, whose calls the person may be asked about.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="cancellationToken">Ends the look at what it can do.</param>
    public async ValueTask<TurnTools?> ForAsync(Conversation conversation, string replyId, string model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (await capabilities.OfAsync(model, cancellationToken) is not { } able || !able.Contains(ModelCapabilities.Tools))
        {
            return null;
        }

        var disabled = conversation.DisabledTools;
        return new TurnTools
        {
            Tools = [.. box.Tools.Where(tool => !disabled.Contains(tool.Id))],
            Approval = conversation.Approvals.Of(replyId),
            SendsImages = able.Contains(ModelCapabilities.Vision),
        };
    }
}
