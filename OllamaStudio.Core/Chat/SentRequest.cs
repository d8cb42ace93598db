using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Mapping;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>What a request was, as far as it takes to tell how another one differs from it: of what was said it holds hashes only.</summary>
public sealed record SentRequest
{
    /// <summary>The model that was asked.</summary>
    public required string Model { get; init; }

    /// <summary>Its messages, in order.</summary>
    public required ImmutableArray<SentMessage> Messages { get; init; }

    /// <summary>The names of the tools on offer, in order.</summary>
    public required ImmutableArray<string> Tools { get; init; }

    /// <summary>A hash of their definitions.</summary>
    public required string ToolsHash { get; init; }

    /// <summary>How long the definitions are (<see cref="PromptWeight"/>).</summary>
    public required long ToolsWeight { get; init; }

    /// <summary>Its options by Ollama's names, those of the request itself (<c>think</c>, <c>format</c>) among them, each as JSON.</summary>
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>Notes a request.</summary>
    /// <param name="messages">What is sent.</param>
    /// <param name="options">The options with the tools; null for none.</param>
    /// <param name="model">The model.</param>
    public static SentRequest Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options, string model)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var tools = options?.Tools?.OfType<AIFunctionDeclaration>().ToList() ?? [];
        return new SentRequest
        {
            Model = model,
            Messages = [.. messages.Select(static message => Note(message))],
            Tools = [.. tools.Select(static tool => tool.Name)],
            ToolsHash = Hash(hash => tools.ForEach(tool => Add(hash, $"{tool.Name}\0{tool.Description}\0{ToolJson.Value(tool.JsonSchema)}\0"))),
            ToolsWeight = PromptWeight.Of(tools),
            Options = OptionsOf(options, model),
        };
    }

    /// <summary>A short hash of what the model was told first, by which a later one is known to be the same; that of nothing where it was told nothing.</summary>
    /// <param name="messages">What is sent.</param>
    internal static string SystemHashOf(IEnumerable<ChatMessage> messages)
    {
        const int Length = 16; // nobody forges it
        return Hash(hash => messages.Where(static message => message.Role == ChatRole.System).ToList().ForEach(message => Add(hash, message.Text + "\0")))[..Length];
    }

    private static SentMessage Note(ChatMessage message)
    {
        var images = PromptWeight.ImagesIn([message]);
        return new SentMessage(message.Role.Value, HashOf(message), PromptWeight.Of(message) - ((long)images * PromptWeight.PerImage), images);
    }

    private static ImmutableSortedDictionary<string, string> OptionsOf(ChatOptions? options, string model)
    {
        var bare = options?.Clone();
        bare?.Tools = null;
        var request = Wire.ToNode(RequestMapper.Map([], bare, model, client: null));
        var own = request["options"] as JsonObject ?? [];
        return request.Where(static field => field.Key is not ("options" or "model" or "messages" or "stream" or "truncate" or "keep_alive")).Concat(own)
            .Where(static field => field.Value is not null).ToImmutableSortedDictionary(static field => field.Key, static field => field.Value!.ToJsonString(), StringComparer.Ordinal);
    }

    private static string HashOf(ChatMessage message) => Hash(hash =>
    {
        Add(hash, message.Role.Value + "\0");
        foreach (var content in message.Contents)
        {
            Add(hash, content);
        }
    });

    private static void Add(IncrementalHash hash, AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                Add(hash, "t" + text.Text);
                break;
            case TextReasoningContent thinking:
                Add(hash, "\0r" + thinking.Text);
                break;
            case DataContent data:
                Add(hash, "\0d");
                hash.AppendData(data.Data.Span);
                break;
            case FunctionCallContent call:
                Add(hash, $"\0c{call.Name}\0{ToolJson.Arguments(call)}");
                break;
            case FunctionResultContent { Result: IEnumerable<AIContent> parts }:
                foreach (var part in parts)
                {
                    Add(hash, part);
                }

                break;
            case FunctionResultContent result:
                Add(hash, $"\0f{result.Result}");
                break;
        }
    }

    private static string Hash(Action<IncrementalHash> write)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        write(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
}

/// <summary>A message of a request.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Hash">A hash of all that is in it.</param>
/// <param name="Weight">How long it is (<see cref="PromptWeight"/>), its images left out.</param>
/// <param name="Images">How many images it has.</param>
public sealed record SentMessage(string Role, string Hash, long Weight, int Images);

/// <summary>Notes each request of a conversation's turns once its reply begins: the last one is what the server may have in its cache. One that was refused it has not read.</summary>
internal sealed class NotingChatClient(IChatClient inner, Conversations store, Conversation conversation, string model) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (sent, request) = Read(messages, options);
        var response = await base.GetResponseAsync(sent, options, cancellationToken);
        Note(request);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (sent, request) = Read(messages, options);
        var hasBegun = false;
        await foreach (var update in base.GetStreamingResponseAsync(sent, options, cancellationToken))
        {
            if (!hasBegun)
            {
                hasBegun = true;
                Note(request);
            }

            yield return update;
        }
    }

    // Read now: the list grows with what the tools return.
    private (IReadOnlyList<ChatMessage> Sent, SentRequest Request) Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return (sent, SentRequest.Of(sent, options, model));
    }

    private void Note(SentRequest request)
    {
        conversation.Note(request);
        store.NoteServed(model, conversation.Id);
    }
}
