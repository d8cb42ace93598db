using System.Collections.Concurrent;
using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Mapping;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Lab;

/// <summary>Shows what the next turn would send, and on request what the server makes of it. Safe to use from any thread.</summary>
public sealed class PromptPreview(ISettings settings, OllamaServers servers, ChatTools tools, Conversations conversations, TokenRatios ratios, TimeProvider time, ReplayRunner? replays = null)
{
    // Of base64: more is too much for a clipboard, and for a moment's memory.
    private const long MaxImageCharacters = 4_000_000;

    // Servers that answered in full when they were asked to render only.
    private readonly ConcurrentDictionary<string, byte> _unable = new(StringComparer.Ordinal);

    /// <summary>Puts the request together as a turn does.</summary>
    /// <param name="conversation">Where it would be sent; null for a new one.</param>
    /// <param name="parameters">What is set there.</param>
    /// <param name="disabledTools">Ids of the tools that are off there.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="draft">What is written.</param>
    /// <param name="attachments">What is attached.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OllamaException">It cannot be sent like this, or no server is there; the words say why.</exception>
    public async Task<NextRequest> ReadAsync(
        Conversation? conversation, ChatParameters parameters, ImmutableHashSet<string> disabledTools, string model, string draft, ImmutableArray<Attachment> attachments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(draft);
        var text = draft.Trim();
        var prompt = new MessageRecord { Id = "", Role = MessageRole.User, Text = text, Attachments = attachments, CreatedAt = default };
        var said = conversation?.Messages ?? [];
        var turn = await TurnInput.ReadAsync(History.SoFar(said).Add(prompt), parameters, disabledTools, model, tools, servers, settings.Current, time.GetLocalNow(), cancellationToken);
        var options = TurnRunner.Options(turn.Options, model, settings.Current.Chat.WhenContextIsFull);
        options.Tools = turn.Tools is { Tools: { IsEmpty: false } offered } ? [.. offered.Select(static tool => tool.Function)] : null;
        var request = RequestMapper.Map(turn.Messages, options, model, client: null).As(stream: true);
        using var lease = await servers.LeaseAsync(cancellationToken);
        var server = lease.Client.Endpoint.BaseAddress;
        var images = request.Messages!.Sum(static message => (long)(message.Images?.Sum(static image => image.Length) ?? 0));
        var shown = Wire.Show(Wire.WithoutImages(request));
        var json = images is 0 or > MaxImageCharacters ? shown : Wire.Show(request);
        return new NextRequest
        {
            Model = model,
            Server = server,
            Messages = turn.Messages.Count,
            Tools = options.Tools?.Count ?? 0,
            Json = json,
            Shown = shown,
            IsWithoutImages = images > MaxImageCharacters,
            Curl = RequestText.Curl(server, json),
            IsUnfinished = said.Any(static message => message.IsStreaming),
            IsEmpty = text.Length == 0 && attachments.IsEmpty,
            Comparison = PromptComparison.Of(
                conversation?.LastRequestOf(model) ?? conversation?.LastRequest,
                SentRequest.Of(turn.Messages, options, model),
                MemoryOf(conversation, model, request.Options?.NumCtx),
                ratios),
            Request = request,
        };
    }

    /// <summary>Why the server cannot be asked to render now, and what to do; null where it can.</summary>
    public string? WhyNoRendering(NextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var server = servers.Status.Current;
        return conversations.Generating.Any() ? "A reply is being written: the server is asked when it has ended."
            : replays?.IsRunning is true ? "A call is being replayed: the server is asked when that has ended."
            : server.IsLoaded(request.Model) && !server.IsLoadedFor(request.Model, request.Request.Options?.NumCtx, time.GetUtcNow()) ?
                "The model is in memory with another context window, and rendering would load it anew: send the message first."
            : !server.IsLoadedFor(request.Model, request.Request.Options?.NumCtx, time.GetUtcNow()) ? "The model is not in memory, and rendering would load it: send a message first, or load it on the page of models."
            : server.Version is { } version && _unable.ContainsKey(version) ? Unable(version)
            : null;
    }

    /// <summary>Has the server put the request into the model's template, without asking the model; in no trace and no count.</summary>
    /// <returns>The text, or why there is none; one of both is null.</returns>
    public async Task<(RenderedPrompt? Prompt, string? Reason)> RenderAsync(NextRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (WhyNoRendering(request) is { } reason)
        {
            return (null, reason);
        }

        try
        {
            using var lease = await servers.LeaseAsync(cancellationToken);
            var server = servers.Status.Active;
            servers.UsedQuietly(server, request.Model);
            var rendered = await lease.Client.RenderAsync(request.Request, cancellationToken);
            servers.UsedQuietly(server, request.Model); // it may have taken its time
            if (rendered is not null)
            {
                return (rendered, null);
            }

            var version = servers.Status.Current.Version;
            if (version is not null)
            {
                _unable.TryAdd(version, 0);
            }

            return (null, Unable(version));
        }
        catch (OllamaException error)
        {
            return (null, $"{error.Message} {error.NextStep}".Trim());
        }
    }

    private ModelMemory MemoryOf(Conversation? conversation, string model, int? window) =>
        servers.Status.Current is var server && !server.IsLoadedFor(model, window, time.GetUtcNow()) ? server.IsLoaded(model) ? ModelMemory.OtherWindow : ModelMemory.None
        : conversations.LastServedBy(model) is { } served && served != conversation?.Id ? ModelMemory.OtherChat
        : ModelMemory.Ready;

    private static string Unable(string? version) => $"This Ollama{(version is null ? "" : $" ({version})")} does not show what it makes of a request: it has no such function. It was asked once, for one token, and is not asked again.";
}
