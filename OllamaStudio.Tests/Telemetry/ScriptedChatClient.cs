using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>A model that says what a test wrote down: updates, an error, a wait, in this order.</summary>
internal sealed class ScriptedChatClient : IChatClient
{
    private readonly Step[][] _answers;

    /// <summary>Says the same whenever it is asked.</summary>
    public ScriptedChatClient(params Step[] steps) => _answers = [steps];

    /// <summary>Gives one answer after the other; the last one again and again.</summary>
    public ScriptedChatClient(AIContent[][] answers) => _answers = [.. answers.Select(contents => contents.Select(Update).ToArray())];

    /// <summary>Gives one answer after the other; the last one again and again.</summary>
    public ScriptedChatClient(Step[][] answers) => _answers = answers;

    public ChatClientMetadata Metadata { get; init; } = new("ollama", new Uri("http://user:pa55word@models.example:11434/"), "default-model");

    /// <summary>What was current whenever the model was asked for something.</summary>
    public List<Activity?> Seen { get; } = [];

    /// <summary>The messages of every call.</summary>
    public List<IReadOnlyList<ChatMessage>> Asked { get; } = [];

    public ChatOptions? Options { get; private set; }

    public bool Disposed { get; private set; }

    public static Step Say(string text) => Update(new TextContent(text));

    public static Step Think(string text) => Update(new TextReasoningContent(text));

    public static Step Call(string name, string id, params (string Name, object? Value)[] arguments) =>
        Update(new FunctionCallContent(id, name, arguments.ToDictionary(argument => argument.Name, argument => argument.Value)));

    public static Step Give(AIContent content) => Update(content);

    public static Step Throw(Exception error) => new((_, _) => throw error);

    /// <summary>Waits until it is cancelled; <paramref name="reached"/> tells that it waits.</summary>
    public static Step Hang(TaskCompletionSource reached) => new(async (_, cancellationToken) =>
    {
        reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return null;
    });

    /// <summary>Lets the test do something between two pieces.</summary>
    public static Step Do(Action action) => new((_, _) =>
    {
        action();
        return Task.FromResult<ChatResponseUpdate?>(null);
    });

    /// <summary>The last chunk as Ollama sends it; what is null is left out.</summary>
    public static Step Done(long? input = 26, long? output = 100, string? reason = "stop", ChatFinishReason? finish = null, bool durations = true, long? cached = null)
    {
        var update = new ChatResponseUpdate { Role = ChatRole.Assistant, FinishReason = finish ?? ChatFinishReason.Stop, AdditionalProperties = [] };
        if (reason is not null)
        {
            update.AdditionalProperties[ResponseProperties.DoneReason] = reason;
        }

        if (durations)
        {
            update.AdditionalProperties[ResponseProperties.TotalDuration] = TimeSpan.FromMilliseconds(1000);
            update.AdditionalProperties[ResponseProperties.LoadDuration] = TimeSpan.FromMilliseconds(300);
            update.AdditionalProperties[ResponseProperties.PromptEvalDuration] = TimeSpan.FromMilliseconds(100);
            update.AdditionalProperties[ResponseProperties.EvalDuration] = TimeSpan.FromMilliseconds(500);
        }

        if ((input ?? output) is not null)
        {
            update.Contents.Add(new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, CachedInputTokenCount = cached }));
        }

        return new((_, _) => Task.FromResult<ChatResponseUpdate?>(update));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Options = options;
        Asked.Add([.. messages]);
        var message = $"msg_{Asked.Count}";
        try
        {
            foreach (var step in _answers[Math.Min(Asked.Count, _answers.Length) - 1])
            {
                Seen.Add(Activity.Current);
                await Task.Yield();
                if (await step.Run(messages, cancellationToken) is { } update)
                {
                    update.ModelId ??= options?.ModelId;
                    update.ResponseId ??= "resp_1";
                    update.MessageId ??= message;
                    yield return update;
                }
            }
        }
        finally
        {
            Disposed = true;
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? Metadata : null;

    public void Dispose()
    {
    }

    private static Step Update(AIContent content) =>
        new((_, cancellationToken) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult<ChatResponseUpdate?>(new ChatResponseUpdate(ChatRole.Assistant, [content]));
        });

    internal sealed record Step(Func<IEnumerable<ChatMessage>, CancellationToken, Task<ChatResponseUpdate?>> Run);
}
