using System.Collections.Immutable;
using OllamaStudio.Core.Telemetry;
using static OllamaStudio.Core.Insights.Coverage.CoverageWhen;
using static OllamaStudio.Core.Telemetry.TelemetryNames;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.Spans;

namespace OllamaStudio.Core.Insights.Coverage;

/// <summary>Which span says what, and when: the one table that a session's spans are checked against.</summary>
/// <param name="Name">The span's name, or what it begins with.</param>
/// <param name="When">When there is one.</param>
/// <param name="Attributes">What it says.</param>
public sealed record SpanContract(string Name, CoverageWhen When, ImmutableArray<SpanExpectation> Attributes)
{
    /// <summary>Whether <see cref="Name"/> is only how it begins.</summary>
    public bool IsPrefix => Name.EndsWith(' ');

    private static readonly SpanExpectation[] s_every = [.. Of(Always, OpenInference.SpanKind, Turn.SessionId, GenAi.ConversationId), .. Of(Redacted, Llm.Redactions)];

    private static readonly SpanExpectation[] s_failed = [.. Of(Failed, Error.Type), .. Happens(Thrown, Error.ExceptionEvent)];

    // What one model call says, beside how it was answered.
    private static readonly SpanExpectation[] s_call =
    [
        .. s_every,
        .. Of(
            Always, GenAi.OperationName, Llm.Vendor, GenAi.ProviderName, OpenInference.System, OpenInference.Provider, Llm.Model, GenAi.RequestModel, OpenInference.ModelName, Llm.Operation, Llm.Host,
            Http.ServerAddress, Http.ServerPort, Llm.MessageCount, Llm.ToolCount, Llm.LastMessageRole, Llm.LastMessageLength, Llm.ResponseLength, Llm.Duration, Llm.Streamed, GenAi.RequestStream),
        .. Of(Preview, Llm.LastMessagePreview, Llm.Prompt, OpenInference.InputValue, OpenInference.InputMimeType, Llm.ResponsePreview, Llm.Response, OpenInference.OutputValue, OpenInference.OutputMimeType),
        .. Of(Full, GenAi.InputMessages, GenAi.OutputMessages, OpenInference.InputMessages, OpenInference.OutputMessages),
        .. Of(
            Server, GenAi.ResponseModel, GenAi.ResponseId, Llm.FinishReason, GenAi.ResponseFinishReasons, Llm.TokensInput, Llm.TokensOutput, Llm.TokensInputDotted, Llm.TokensOutputDotted, Llm.TokensTotal,
            GenAi.UsageInputTokens, GenAi.UsageOutputTokens, OpenInference.TokenCountPrompt, OpenInference.TokenCountCompletion, OpenInference.TokenCountTotal,
            Llm.TokensCached, Llm.PromptTokensEvaluated, GenAi.UsageCacheReadInputTokens, OpenInference.TokenCountCacheRead,
            Llm.TotalDuration, Llm.LoadDuration, Llm.PromptEvalDuration, Llm.EvalDuration, Llm.QueueDuration, Llm.ServerVersion, Llm.ModelDigest, Llm.ContextWindow, Llm.ContextUtilization),
        .. Of(ToolOffered, Llm.AvailableTools, OpenInference.Tools, GenAi.ToolDefinitions),
        .. Of(ToolCalled, Llm.ToolCallsCount, Llm.CalledTools),
        .. Of(
            Option, Llm.Think, GenAi.RequestReasoningLevel, OpenInference.InvocationParameters, Llm.Temperature, GenAi.RequestTemperature, GenAi.RequestTopP, GenAi.RequestTopK, GenAi.RequestMaxTokens,
            GenAi.RequestSeed, GenAi.RequestFrequencyPenalty, GenAi.RequestPresencePenalty, GenAi.RequestStopSequences, GenAi.OutputType),
        .. Of(Price, Llm.CostTotal, Llm.CostPrompt, Llm.CostCompletion, Llm.Energy),
        .. Of(Truncated, Llm.ContextTruncated), .. Happens(Truncated, Llm.ContextTruncatedEvent),
        .. Of(Shifted, Llm.ContextShifted), .. Happens(Shifted, Llm.ContextShiftedEvent),
        .. Happens(Warned, Llm.RepetitionEvent, Llm.ContextOutgrownEvent),
        .. Happens(Retried, Client.RetryEvent), .. Happens(Recovered, Client.RecoveredCallEvent),
        .. s_failed,
    ];

    /// <summary>All of them, from the turn inwards.</summary>
    public static ImmutableArray<SpanContract> All { get; } =
    [
        new(Names.ChatInteraction, Turned,
        [
            .. s_every,
            .. Of(Always, GenAi.OperationName, Turn.Source, GenAi.AgentName, GenAi.ProviderName, Llm.Model, GenAi.RequestModel, Llm.MessageCount, Turn.AgentIterations, Llm.Duration, Llm.ResponseLength),
            .. Of(Preview, Turn.AgentTask, OpenInference.InputValue, OpenInference.InputMimeType, OpenInference.OutputValue, OpenInference.OutputMimeType),
            .. Of(Server, Llm.FinishReason, Llm.TokensInput, Llm.TokensOutput, Llm.TokensTotal, GenAi.UsageInputTokens, GenAi.UsageOutputTokens),
            .. Of(Price, Llm.CostTotal, Llm.CostPrompt, Llm.CostCompletion, Llm.Energy),
            .. Of(Several, Turn.SideBySide), .. Of(Asked, Approval.Wait),
            .. Links(Replayed, Values.LinkReplay),
            .. s_failed,
        ]),
        new(Names.GenerateResponse, Turned, [.. s_every, .. Happens(Asked, Approval.Event), .. Happens(LeftOut, Llm.ContextLeftOutEvent), .. s_failed]),
        new(Names.ChatStreaming, Turned, [.. s_call, .. Of(Server, Llm.TimeToFirstChunk, Llm.TimeToFirstAnswer, GenAi.ResponseTimeToFirstChunk, Llm.ChunkCount, Llm.TotalContentLength, Llm.HasToolCalls)]),
        new(Names.ChatWithTools, Unstreamed, [.. s_call]),
        new(Names.Request, Turned,
        [
            .. s_every, .. Of(Always, Http.RequestMethod, Http.OldMethod, Http.UrlFull, Http.OldUrl, Http.ServerAddress, Http.ServerPort),
            .. Of(Server, Http.ResponseStatusCode, Http.OldStatusCode), .. s_failed,
        ]),
        new(Names.ProcessStreamingResponse, Turned, [.. s_every, .. Of(Always, Llm.ChunkCount, Llm.TotalContentLength, Llm.HasToolCalls), .. s_failed]),
        new(Names.ExecuteToolPrefix, ToolCalled,
        [
            .. s_every, .. Of(Always, GenAi.OperationName, GenAi.ToolName, OpenInference.ToolName, GenAi.ToolCallId, GenAi.ToolType),
            .. Of(ToolKnown, GenAi.ToolDescription, OpenInference.ToolParameters, Turn.ToolSuccess),
            .. Of(Preview, GenAi.ToolCallArguments, OpenInference.InputValue, OpenInference.InputMimeType, GenAi.ToolCallResult, OpenInference.OutputValue, OpenInference.OutputMimeType),
            .. Of(McpCalled, Mcp.Method, Mcp.ProtocolVersion, Mcp.Server, Mcp.Transport),
            .. Of(Denied, Turn.ToolDenied), .. s_failed,
        ]),
        new(Names.LogInteraction, Turned, [.. s_every, .. s_failed]),
        new(Names.VerifyConnection, Checked,
        [
            .. Of(Always, OpenInference.SpanKind, Llm.Vendor, Llm.Model, Llm.Operation, Llm.Host, Llm.Duration), .. Of(Server, Llm.AvailableModelsCount, Llm.ModelAvailable, Llm.ServerVersion), .. s_failed,
        ]),
        new(ResourceNames.TestSpan, Tested, [.. Of(Always, OpenInference.SpanKind)]),
    ];

    private static SpanExpectation[] Of(CoverageWhen when, params string[] names) => [.. names.Select(name => new SpanExpectation(name, when))];

    private static SpanExpectation[] Happens(CoverageWhen when, params string[] names) => [.. names.Select(name => new SpanExpectation(name, when, CoveragePart.Event))];

    private static SpanExpectation[] Links(CoverageWhen when, params string[] types) => [.. types.Select(type => new SpanExpectation(type, when, CoveragePart.Link))];
}

/// <summary>What a span says, and when.</summary>
/// <param name="Name">The attribute's or the event's name, or, where it ends with a dot, what its numbered names begin with; of a link what it is for.</param>
/// <param name="When">When it is there.</param>
/// <param name="Part">What of a span it is.</param>
public sealed record SpanExpectation(string Name, CoverageWhen When, CoveragePart Part = CoveragePart.Attribute);

/// <summary>A part of a span.</summary>
public enum CoveragePart
{
    /// <summary>A name and a value.</summary>
    Attribute,

    /// <summary>Something that happened while it ran.</summary>
    Event,

    /// <summary>Another span that it names, by <c>link.type</c>.</summary>
    Link,
}

/// <summary>When there is a span, or an attribute of one.</summary>
public enum CoverageWhen
{
    /// <summary>Whenever there is the span.</summary>
    Always,

    /// <summary>A turn was made.</summary>
    Turned,

    /// <summary>A reply was asked for whole.</summary>
    Unstreamed,

    /// <summary>The connection was checked.</summary>
    Checked,

    /// <summary>The server told it.</summary>
    Server,

    /// <summary>Capture is Preview or Full.</summary>
    Preview,

    /// <summary>Capture is Full.</summary>
    Full,

    /// <summary>A tool was offered.</summary>
    ToolOffered,

    /// <summary>A tool was called.</summary>
    ToolCalled,

    /// <summary>A tool that was offered was called and ran.</summary>
    ToolKnown,

    /// <summary>A person did not allow a call.</summary>
    Denied,

    /// <summary>A person, or the model's own settings, set an option.</summary>
    Option,

    /// <summary>The model has a price.</summary>
    Price,

    /// <summary>The server dropped a part of the prompt.</summary>
    Truncated,

    /// <summary>The server shifted the context while it answered.</summary>
    Shifted,

    /// <summary>The model repeated itself, or wrote more than the context holds.</summary>
    Warned,

    /// <summary>Messages or results were left out so that the rest fits.</summary>
    LeftOut,

    /// <summary>A request was sent again.</summary>
    Retried,

    /// <summary>The model wrote a call as plain text.</summary>
    Recovered,

    /// <summary>A person was asked about a call.</summary>
    Asked,

    /// <summary>Several models were asked one prompt.</summary>
    Several,

    /// <summary>A tool of an MCP server was called.</summary>
    McpCalled,

    /// <summary>A reply was replayed.</summary>
    Replayed,

    /// <summary>A test span was sent.</summary>
    Tested,

    /// <summary>Something was thrown.</summary>
    Thrown,

    /// <summary>Something in what it says was hidden.</summary>
    Redacted,

    /// <summary>It failed.</summary>
    Failed,
}
