using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>What a turn sends, put together in one place for the turn and for whoever wants to see it before.</summary>
/// <param name="Messages">System prompt, history and the new prompt, in order.</param>
/// <param name="Options">What is set beside the model.</param>
/// <param name="Tools">What the model may call; null for a model that calls none.</param>
/// <param name="LeftOut">What is not among the messages because it did not fit the last time; null for nothing.</param>
internal sealed record TurnInput(IReadOnlyList<ChatMessage> Messages, ChatOptions Options, ImmutableArray<StudioTool>? Tools, LeftOut? LeftOut)
{
    /// <summary>Puts it together. May read attached files from the disk, and ask the server once what the model can do.</summary>
    public static async ValueTask<TurnInput> ReadAsync(
        ImmutableArray<MessageRecord> messages, ChatParameters own, ImmutableHashSet<string> disabledTools, string model, ChatTools tools, OllamaServers servers, StudioSettings settings,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parameters = own.Over(ParameterSets.DefaultsOf(model, settings));
        var leftOut = History.StillLeftOut(messages, model, parameters.WindowOf(servers.Status.Current, model));
        var images = await tools.ImagesForAsync(messages, model, cancellationToken);
        return new TurnInput(
            [.. parameters.ToMessages(model, now), .. History.Select(messages, settings.Chat.MaxConversationHistory, leftOut, images)],
            (await tools.DifferingAsync(parameters, model, cancellationToken)).ToOptions(model),
            await tools.OfferedAsync(disabledTools, model, cancellationToken),
            leftOut);
    }
}
