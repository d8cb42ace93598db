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

    /// <summary>
    /// The tools that a model is offered, with nobody to be asked; null for one that calls none, or of which that is not known: Ollama refuses to
    /// offer tools to such a one.
    /// </summary>
    internal async ValueTask<TurnTools?> OfferedAsync(ImmutableHashSet<string> disabled, string model, CancellationToken cancellationToken) =>
        await capabilities.OfAsync(model, cancellationToken) is { } able && able.Contains(ModelCapabilities.Tools)
            ? new TurnTools { Tools = [.. box.Tools.Where(tool => !disabled.Contains(tool.Id))], SendsImages = able.Contains(ModelCapabilities.Vision) }
            : null;
}
