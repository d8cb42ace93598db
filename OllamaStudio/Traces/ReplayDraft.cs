using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Lab;

namespace OllamaStudio.Traces;

/// <summary>A request as a person changes it before it is sent again.</summary>
public sealed class ReplayDraft
{
    private readonly ModelCallRequest _origin;

    /// <summary>What was asked; where nothing is known of it, one message to write.</summary>
    public ReplayDraft(ModelCallRequest origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        _origin = origin;
        Model = origin.Model;
        Options = RequestOptions.Show(origin.Options);
        Messages = [.. origin.Messages.SelectMany(Single).DefaultIfEmpty(new ChatMessage(ChatRole.User, "")).Select(static message => new DraftMessage(message))];
    }

    /// <summary>The model to ask.</summary>
    public string Model { get; set; }

    /// <summary>The options, a JSON object.</summary>
    public string Options { get; set; }

    /// <summary>The messages in order.</summary>
    public ImmutableArray<DraftMessage> Messages { get; }

    /// <summary>Whether something is not as it was.</summary>
    public bool IsChanged => Model != _origin.Model || Options != RequestOptions.Show(_origin.Options) || Messages.Any(static message => message.IsChanged);

    /// <summary>What is sent.</summary>
    /// <param name="problem">What is wrong with it and what to do; null where nothing is.</param>
    /// <returns>Null where it cannot be sent.</returns>
    public ModelCallRequest? Build(out string? problem)
    {
        if (!RequestOptions.TryRead(Options, out var options, out problem))
        {
            return null;
        }

        if (Messages.All(static message => string.IsNullOrWhiteSpace(message.Text)))
        {
            problem = "There is nothing to send. Write a message.";
            return null;
        }

        if (Messages.Any(static message => message.Text.Length > ChatService.MaxPromptLength))
        {
            problem = $"A message is longer than {CountTextOf(ChatService.MaxPromptLength)} characters. Shorten it.";
            return null;
        }

        return _origin with { Model = Model, Options = options, Messages = [.. Messages.Select(static message => message.ToMessage())] };
    }

    private static string CountTextOf(int count) => Shared.CountText.Full(count);

    // One that holds several results is sent as one message for each.
    private static IEnumerable<ChatMessage> Single(ChatMessage message) => message.Contents.OfType<FunctionResultContent>().ToList() is { Count: > 1 } results
        ? results.Select(result => new ChatMessage(message.Role, [result]))
        : [message];
}

/// <summary>A message of a request, whose text a person changes.</summary>
public sealed class DraftMessage
{
    private readonly ChatMessage _origin;
    private readonly string _was;

    /// <summary>As it was sent.</summary>
    public DraftMessage(ChatMessage origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        _origin = origin;
        _was = Text = Result is { } result ? result.Result as string ?? "" : origin.Text;
    }

    /// <summary>Its role: <c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public string Role => _origin.Role.Value;

    /// <summary>Its text; that of a tool is what it returned.</summary>
    public string Text { get; set; }

    /// <summary>What was thought before it; empty where nothing was.</summary>
    public string Thinking => string.Concat(_origin.Contents.OfType<TextReasoningContent>().Select(static thought => thought.Text));

    /// <summary>The tools that it calls, by name.</summary>
    public IEnumerable<string> Calls => _origin.Contents.OfType<FunctionCallContent>().Select(static call => call.Name);

    /// <summary>Whether its text is not as it was.</summary>
    public bool IsChanged => Text != _was;

    private FunctionResultContent? Result => _origin.Contents.OfType<FunctionResultContent>().FirstOrDefault();

    /// <summary>What is sent.</summary>
    public ChatMessage ToMessage() => !IsChanged ? _origin
        : Result is { } result ? new ChatMessage(_origin.Role, [new FunctionResultContent(result.CallId, Text)])
        : new ChatMessage(_origin.Role, [.. _origin.Contents.OfType<TextReasoningContent>(), new TextContent(Text), .. _origin.Contents.Where(static content => content is not (TextContent or TextReasoningContent))]);
}
