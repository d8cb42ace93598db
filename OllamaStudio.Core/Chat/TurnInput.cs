using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>What a turn sends, put together in one place for the turn and for whoever wants to see or count it before.</summary>
/// <param name="Messages">System prompt, history and the new prompt, in order.</param>
/// <param name="Options">What is set beside the model.</param>
/// <param name="Tools">What the model may call, with nobody to be asked; null for a model that calls none.</param>
/// <param name="LeftOut">What is not among the messages because it did not fit the last time; null for nothing.</param>
/// <param name="Window">Tokens of its context: as they are set, else as the model has them in memory; null where nobody knows.</param>
internal sealed record TurnInput(IReadOnlyList<ChatMessage> Messages, ChatOptions Options, TurnTools? Tools, LeftOut? LeftOut, int? Window)
{
    /// <summary>Which parameters, by their names, the conversation sets otherwise than the model's defaults: by hand, or by a preset.</summary>
    public IReadOnlyCollection<string> OwnParameters { get; private init; } = [];

    /// <summary>Whether the model reads no images, and those of the prompts are named only.</summary>
    public bool ImagesLeftOut { get; private init; }

    /// <summary>
    /// Puts it together. May read attached files from the disk, unless it is only counted (<see cref="PromptImages"/>), and ask the server once what
    /// the model can do.
    /// </summary>
    public static async ValueTask<TurnInput> ReadAsync(
        ImmutableArray<MessageRecord> messages, ChatParameters own, ImmutableHashSet<string> disabledTools, string model, ChatTools tools, OllamaServers servers, StudioSettings settings,
        DateTimeOffset now, CancellationToken cancellationToken, bool isCounted = false)
    {
        var defaults = ParameterSets.DefaultsOf(model, settings);
        var parameters = own.Over(defaults);
        var window = parameters.WindowOf(servers.Status.Current, model);
        var leftOut = History.StillLeftOut(messages, model, window);
        var images = (await tools.ImagesForAsync(messages, model, cancellationToken), isCounted) switch
        {
            (var sent, false) => sent,
            (PromptImages.LeftOut, _) => PromptImages.CountedLeftOut,
            _ => PromptImages.Counted,
        };
        return new TurnInput(
            [.. parameters.ToMessages(model, now), .. History.Select(messages, settings.Chat.MaxConversationHistory, leftOut, images)],
            (await tools.DifferingAsync(parameters, model, cancellationToken)).ToOptions(model),
            await tools.OfferedAsync(own.ToolsOffIn(disabledTools, defaults), model, cancellationToken),
            leftOut,
            window)
        {
            ImagesLeftOut = images is PromptImages.LeftOut or PromptImages.CountedLeftOut,
            OwnParameters = [.. parameters.DifferingFrom(defaults).Select(static parameter => parameter.Name)],
        };
    }
}
