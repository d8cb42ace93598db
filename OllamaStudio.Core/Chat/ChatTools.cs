using System.Collections.Immutable;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>Says which tools a turn may use: those that are there, less what the person switched off, for models that call tools; and what else depends on the model.</summary>
/// <param name="box">The tools that there are.</param>
/// <param name="capabilities">What models can do.</param>
/// <param name="own">What models bring along; null where nobody knows.</param>
public sealed class ChatTools(ToolBox box, ModelCapabilities capabilities, ModelParameters? own = null)
{
    /// <summary>What is set, without what the model has of its own: only what differs is sent. The server is asked once for each model, where something is set.</summary>
    internal async ValueTask<ChatParameters> DifferingAsync(ChatParameters set, string model, CancellationToken cancellationToken) =>
        own is not null && set.Set.Any() && await own.KnownAsync(model, cancellationToken) is { } known
            ? set.Without(known.Values.Where(static value => value.Key != ChatParameter.NumCtx.Name).ToDictionary()) // the window is compared with what is in memory, not with what is said
            : set;

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
