namespace OllamaStudio.Core.Telemetry;

// Longer than the house's 300 lines allow a class with behaviour: it is the one list that every name must be found in.

/// <summary>
/// Every name that the studio puts on a span or an event: the studio's own, those of the OpenTelemetry GenAI conventions
/// (v1.41 and, where a name moved, v0.1.0 of their own repository too), and those of OpenInference, which Phoenix draws from. Durations named <c>_ms</c> are in milliseconds.
/// </summary>
public static class TelemetryNames
{
    /// <summary>Names of spans.</summary>
    public static class Spans
    {
        /// <summary>One user turn; a root.</summary>
        public const string ChatInteraction = "chat_interaction";

        /// <summary>One iteration of the agent loop.</summary>
        public const string GenerateResponse = "generate_response";

        /// <summary>One streamed model call.</summary>
        public const string ChatStreaming = "ollama.chat_streaming";

        /// <summary>One model call that is answered whole.</summary>
        public const string ChatWithTools = "ollama.chat_with_tools";

        /// <summary>Request sent to first byte of the reply.</summary>
        public const string Request = "ollama_request";

        /// <summary>First chunk to the end of the stream.</summary>
        public const string ProcessStreamingResponse = "process_streaming_response";

        /// <summary>The turn is written to the store.</summary>
        public const string LogInteraction = "log_interaction";

        /// <summary>A connection check; a root.</summary>
        public const string VerifyConnection = "ollama.verify_connection";

        /// <summary>One tool call; the tool's name follows.</summary>
        public const string ExecuteToolPrefix = "execute_tool ";
    }

    /// <summary>The studio's own names of a model call.</summary>
    public static class Llm
    {
        /// <summary>Always <see cref="Values.Ollama"/>.</summary>
        public const string Vendor = "llm.vendor";

        /// <summary>The model asked.</summary>
        public const string Model = "llm.model";

        /// <summary><c>chat_streaming</c>, <c>chat_with_tools</c> or <c>verify_connection</c>.</summary>
        public const string Operation = "llm.operation";

        /// <summary>The server's address, without credentials.</summary>
        public const string Host = "llm.host";

        /// <summary>Messages sent.</summary>
        public const string MessageCount = "llm.message_count";

        /// <summary>Tools offered.</summary>
        public const string ToolCount = "llm.tool_count";

        /// <summary>Names of the tools offered, a JSON array.</summary>
        public const string AvailableTools = "llm.available_tools";

        /// <summary>Role of the last message sent.</summary>
        public const string LastMessageRole = "llm.last_message_role";

        /// <summary>Characters in the last message sent.</summary>
        public const string LastMessageLength = "llm.last_message_length";

        /// <summary>Its first 1000 characters.</summary>
        public const string LastMessagePreview = "llm.last_message_preview";

        /// <summary>The same as <see cref="LastMessagePreview"/>, for older readers.</summary>
        public const string Prompt = "llm.prompt";

        /// <summary>Characters in the reply's text.</summary>
        public const string ResponseLength = "llm.response_length";

        /// <summary>Its first 1000 characters.</summary>
        public const string ResponsePreview = "llm.response_preview";

        /// <summary>The same as <see cref="ResponsePreview"/>, for older readers.</summary>
        public const string Response = "llm.response";

        /// <summary>Tool calls in the reply; absent where there are none.</summary>
        public const string ToolCallsCount = "llm.tool_calls_count";

        /// <summary>Names of the tools called, a JSON array; absent where there are none.</summary>
        public const string CalledTools = "llm.called_tools";

        /// <summary>Prompt tokens; absent where Ollama sends none.</summary>
        public const string TokensInput = "llm.tokens_input";

        /// <summary>Generated tokens; absent where Ollama sends none.</summary>
        public const string TokensOutput = "llm.tokens_output";

        /// <summary>The same as <see cref="TokensInput"/>.</summary>
        public const string TokensInputDotted = "llm.tokens.input";

        /// <summary>The same as <see cref="TokensOutput"/>.</summary>
        public const string TokensOutputDotted = "llm.tokens.output";

        /// <summary>Their sum; absent unless both are known.</summary>
        public const string TokensTotal = "llm.tokens.total";

        /// <summary>Prompt tokens that the server had read before and took from its cache; absent where it does not tell.</summary>
        public const string TokensCached = "llm.tokens_cached";

        /// <summary>Prompt tokens that it had to read: all less the cached ones; absent where it does not tell.</summary>
        public const string PromptTokensEvaluated = "llm.prompt_tokens_evaluated";

        /// <summary>Wall clock.</summary>
        public const string Duration = "llm.duration_ms";

        /// <summary>Ollama's own total.</summary>
        public const string TotalDuration = "llm.total_duration_ms";

        /// <summary>Loading the model.</summary>
        public const string LoadDuration = "llm.load_duration_ms";

        /// <summary>Reading the prompt.</summary>
        public const string PromptEvalDuration = "llm.prompt_eval_duration_ms";

        /// <summary>Generating.</summary>
        public const string EvalDuration = "llm.eval_duration_ms";

        /// <summary>Ollama's total less the other three: waiting for a free slot.</summary>
        public const string QueueDuration = "llm.queue_duration_ms";

        /// <summary>Sending to the first chunk of any kind.</summary>
        public const string TimeToFirstChunk = "llm.time_to_first_chunk_ms";

        /// <summary>Sending to the first chunk of answer text, after thinking.</summary>
        public const string TimeToFirstAnswer = "llm.time_to_first_answer_ms";

        /// <summary>Chunks received.</summary>
        public const string ChunkCount = "llm.chunk_count";

        /// <summary>Characters received, of answer and thinking.</summary>
        public const string TotalContentLength = "llm.total_content_length";

        /// <summary>Whether the reply calls tools.</summary>
        public const string HasToolCalls = "llm.has_tool_calls";

        /// <summary>Ollama's word on why the reply ended, or <see cref="Values.Cancelled"/>.</summary>
        public const string FinishReason = "llm.finish_reason";

        /// <summary>Tokens of context that the model has.</summary>
        public const string ContextWindow = "llm.context_window";

        /// <summary>Share of the context window in use after the reply, 0–1.</summary>
        public const string ContextUtilization = "llm.context_utilization";

        /// <summary>
        /// How many different texts were hidden in what the span says; absent where none was. The studio's own name: no convention (OpenTelemetry
        /// GenAI 0.1.0, OpenInference) has one for it.
        /// </summary>
        public const string Redactions = "llm.redactions";

        /// <summary>True where the server dropped part of the prompt without a word; else absent.</summary>
        public const string ContextTruncated = "llm.context_truncated";

        /// <summary>Event: the same with the numbers.</summary>
        public const string ContextTruncatedEvent = ContextTruncated;

        /// <summary>True where prompt and reply outgrew the window, and the server dropped half of it while the model wrote; else absent.</summary>
        public const string ContextShifted = "llm.context_shifted";

        /// <summary>Event: the same with the numbers.</summary>
        public const string ContextShiftedEvent = ContextShifted;

        /// <summary>Event on an iteration: the prompt was refused for its length, and is sent again with less. With the numbers of the refusal.</summary>
        public const string ContextLeftOutEvent = "llm.context_left_out";

        /// <summary>Event on a model call: the reply began to repeat itself.</summary>
        public const string RepetitionEvent = "llm.repetition";

        /// <summary>Event on a model call: by estimate, prompt and reply outgrew the window while it was written.</summary>
        public const string ContextOutgrownEvent = "llm.context_outgrown";

        /// <summary>Characters of the reply after which something began.</summary>
        public const string WarningFrom = "llm.warning.from";

        /// <summary>Characters that repeat themselves.</summary>
        public const string RepetitionPeriod = "llm.repetition.period";

        /// <summary>How often they had come.</summary>
        public const string RepetitionTimes = "llm.repetition.times";

        /// <summary>Messages of the conversation that are not sent, because with them the prompt does not fit; absent where none was left out.</summary>
        public const string LeftOutMessages = "llm.left_out_messages";

        /// <summary>Results of tools that were shortened for the model, because the prompt did not fit; absent where none was.</summary>
        public const string ShortenedResults = "llm.shortened_results";

        /// <summary>Characters of text sent, over all messages.</summary>
        public const string PromptLength = "llm.prompt_length";

        /// <summary>Models installed (connection check).</summary>
        public const string AvailableModelsCount = "llm.available_models_count";

        /// <summary>Whether the configured model is among them (connection check).</summary>
        public const string ModelAvailable = "llm.model_available";

        /// <summary>The server's version; absent where it is unknown.</summary>
        public const string ServerVersion = "llm.server.version";

        /// <summary>What the model's name stood for, as the server lists it; absent where it is unknown.</summary>
        public const string ModelDigest = "llm.model.digest";

        /// <summary>Whether the reply was asked for piece by piece.</summary>
        public const string Streamed = "llm.streamed";

        /// <summary>Whether and how hard the model was told to think: <c>true</c>, <c>false</c> or a level; absent where nothing was said.</summary>
        public const string Think = "llm.think";

        /// <summary>Sampling temperature.</summary>
        public const string Temperature = "llm.temperature";

        /// <summary>Layers of the model on the graphics card.</summary>
        public const string NumGpu = "llm.num_gpu";

        /// <summary>Prompt tokens read at once.</summary>
        public const string NumBatch = "llm.num_batch";

        /// <summary>Threads on the processor.</summary>
        public const string NumThread = "llm.num_thread";

        /// <summary>What the call cost in USD; absent where the model has no price.</summary>
        public const string CostTotal = "llm.cost.total";

        /// <summary>What of it was for reading the prompt.</summary>
        public const string CostPrompt = "llm.cost.prompt";

        /// <summary>What of it was for writing the reply.</summary>
        public const string CostCompletion = "llm.cost.completion";

        /// <summary>Watt-hours that the machine drew for it; absent where nobody said what it draws.</summary>
        public const string Energy = "llm.energy_wh";

        /// <summary>Before the name of a further option that was sent.</summary>
        public const string Prefix = "llm.";
    }

    /// <summary>OpenTelemetry's GenAI conventions.</summary>
    public static class GenAi
    {
        /// <summary>Before each of them, those of metrics too.</summary>
        public const string Prefix = "gen_ai.";

        public const string OperationName = "gen_ai.operation.name";
        public const string ProviderName = "gen_ai.provider.name";
        public const string AgentName = "gen_ai.agent.name";
        public const string ConversationId = "gen_ai.conversation.id";
        public const string OutputType = "gen_ai.output.type";
        public const string RequestModel = "gen_ai.request.model";
        public const string RequestTemperature = "gen_ai.request.temperature";
        public const string RequestTopP = "gen_ai.request.top_p";
        public const string RequestTopK = "gen_ai.request.top_k";
        public const string RequestMaxTokens = "gen_ai.request.max_tokens";
        public const string RequestSeed = "gen_ai.request.seed";
        public const string RequestFrequencyPenalty = "gen_ai.request.frequency_penalty";
        public const string RequestPresencePenalty = "gen_ai.request.presence_penalty";
        public const string RequestStream = "gen_ai.request.stream";

        /// <summary>A level of thinking, or <c>none</c>; absent where thinking is merely on, or nothing was said.</summary>
        public const string RequestReasoningLevel = "gen_ai.request.reasoning.level";

        public const string RequestStopSequences = "gen_ai.request.stop_sequences";
        public const string ResponseId = "gen_ai.response.id";
        public const string ResponseModel = "gen_ai.response.model";
        public const string ResponseFinishReasons = "gen_ai.response.finish_reasons";

        /// <summary>In seconds.</summary>
        public const string ResponseTimeToFirstChunk = "gen_ai.response.time_to_first_chunk";

        public const string UsageInputTokens = "gen_ai.usage.input_tokens";
        public const string UsageOutputTokens = "gen_ai.usage.output_tokens";
        public const string UsageCacheReadInputTokens = "gen_ai.usage.cache_read.input_tokens";
        public const string InputMessages = "gen_ai.input.messages";
        public const string OutputMessages = "gen_ai.output.messages";
        public const string ToolDefinitions = "gen_ai.tool.definitions";
        public const string ToolName = "gen_ai.tool.name";
        public const string ToolCallId = "gen_ai.tool.call.id";
        public const string ToolCallArguments = "gen_ai.tool.call.arguments";
        public const string ToolCallResult = "gen_ai.tool.call.result";
        public const string ToolDescription = "gen_ai.tool.description";
        public const string ToolType = "gen_ai.tool.type";
    }

    /// <summary>OpenInference's semantic conventions.</summary>
    public static class OpenInference
    {
        /// <summary>Before those that are its own in name.</summary>
        public const string Prefix = "openinference.";

        /// <summary>Before its counts of tokens, which share <see cref="Llm.Prefix"/> with the studio's names.</summary>
        public const string TokenCountPrefix = "llm.token_count.";

        public const string SpanKind = "openinference.span.kind";
        public const string InputValue = "input.value";
        public const string InputMimeType = "input.mime_type";
        public const string OutputValue = "output.value";
        public const string OutputMimeType = "output.mime_type";
        public const string System = "llm.system";
        public const string Provider = "llm.provider";
        public const string ModelName = "llm.model_name";
        public const string InvocationParameters = "llm.invocation_parameters";
        public const string TokenCountPrompt = "llm.token_count.prompt";
        public const string TokenCountCompletion = "llm.token_count.completion";
        public const string TokenCountTotal = "llm.token_count.total";
        public const string TokenCountCacheRead = "llm.token_count.prompt_details.cache_read";
        public const string ToolName = "tool.name";
        public const string ToolParameters = "tool.parameters";

        /// <summary>Before the index and the part of a message sent.</summary>
        public const string InputMessages = "llm.input_messages.";

        /// <summary>Before the index and the part of a message received.</summary>
        public const string OutputMessages = "llm.output_messages.";

        /// <summary>Before the index of a tool offered.</summary>
        public const string Tools = "llm.tools.";

        /// <summary>After the index of a tool offered: its definition as JSON.</summary>
        public const string ToolJsonSchema = ".tool.json_schema";

        /// <summary>Parts of a message, after its index.</summary>
        public static class Message
        {
            public const string Role = ".message.role";
            public const string Content = ".message.content";
            public const string Contents = ".message.contents.";
            public const string ContentType = ".message_content.type";
            public const string ContentText = ".message_content.text";
            public const string ToolCallId = ".message.tool_call_id";
            public const string ToolName = ".message.name";
            public const string ToolCalls = ".message.tool_calls.";
            public const string CallId = ".tool_call.id";
            public const string CallName = ".tool_call.function.name";
            public const string CallArguments = ".tool_call.function.arguments";
        }
    }

    /// <summary>The HTTP exchange, in the conventions' present and former names, and the server's address.</summary>
    public static class Http
    {
        public const string RequestMethod = "http.request.method";
        public const string ResponseStatusCode = "http.response.status_code";
        public const string UrlFull = "url.full";
        public const string ServerAddress = "server.address";
        public const string ServerPort = "server.port";
        public const string OldMethod = "http.method";
        public const string OldUrl = "http.url";
        public const string OldStatusCode = "http.status_code";
    }

    /// <summary>Failures.</summary>
    public static class Error
    {
        public const string Type = "error.type";
        public const string ExceptionEvent = "exception";
        public const string ExceptionType = "exception.type";
        public const string ExceptionMessage = "exception.message";
        public const string ExceptionStackTrace = "exception.stacktrace";
    }

    /// <summary>What the Ollama client notes on the span that it runs under.</summary>
    public static class Client
    {
        /// <summary>Event: a request that the server did not take is sent again.</summary>
        public const string RetryEvent = "ollama.retry";

        /// <summary>Event: a call that the model wrote as plain text was taken for one.</summary>
        public const string RecoveredCallEvent = "ollama.tool_call_recovered";

        /// <summary>Which retry it is, from 1.</summary>
        public const string RetryAttempt = "ollama.retry.attempt";

        /// <summary>Wait before it.</summary>
        public const string RetryDelay = "ollama.retry.delay_ms";
    }

    /// <summary>The turn and its session.</summary>
    public static class Turn
    {
        /// <summary>Where a root came from: <see cref="Values.SourceChat"/>.</summary>
        public const string Source = "studio.source";

        /// <summary>Where several models were asked one prompt side by side, that prompt's id, the same on the root of each; else absent.</summary>
        public const string SideBySide = "studio.side_by_side";

        /// <summary>What a span link is for: <see cref="Values.LinkReplay"/>.</summary>
        public const string LinkType = "link.type";

        /// <summary>The conversation's id, as attribute and as baggage.</summary>
        public const string SessionId = "session.id";

        /// <summary>Iterations of the agent loop.</summary>
        public const string AgentIterations = "agent.iterations";

        /// <summary>What was asked, at most 100 characters.</summary>
        public const string AgentTask = "agent.task";

        /// <summary>Whether a tool call succeeded; absent where it was denied.</summary>
        public const string ToolSuccess = "tool.success";

        /// <summary>True where the person did not allow the call; else absent.</summary>
        public const string ToolDenied = "tool.denied";
    }

    /// <summary>What the studio says of a span itself.</summary>
    public static class Studio
    {
        /// <summary>Bytes of text left out of a span that was too large to be exported; absent where none were.</summary>
        public const string ContentCut = "studio.content_cut";
    }

    /// <summary>A tool call that an MCP server carries out, as the GenAI conventions for MCP have it.</summary>
    public static class Mcp
    {
        /// <summary>The request: always <c>tools/call</c>.</summary>
        public const string Method = "mcp.method.name";

        /// <summary>The revision that client and server agreed on, such as <c>2025-11-25</c>.</summary>
        public const string ProtocolVersion = "mcp.protocol.version";

        /// <summary>The server's name in the settings. Our own: the conventions have none for it.</summary>
        public const string Server = "mcp.server.name";

        /// <summary><see cref="Pipe"/> or <see cref="Tcp"/>.</summary>
        public const string Transport = "network.transport";

        /// <summary>A program's standard input and output.</summary>
        public const string Pipe = "pipe";

        /// <summary>Streamable HTTP.</summary>
        public const string Tcp = "tcp";
    }

    /// <summary>The person's word on a tool call.</summary>
    public static class Approval
    {
        /// <summary>Event on the iteration that waited for the word, at the end of the wait.</summary>
        public const string Event = "tool.approval";

        /// <summary>How long the wait was; on the turn, all of its waits, questions side by side once: that time is the person's, and no turn is slow by it.</summary>
        public const string Wait = "tool.approval.wait_ms";

        /// <summary><see cref="Once"/>, <see cref="Always"/> or <see cref="Denied"/>; absent where the turn was stopped before one came.</summary>
        public const string Answer = "tool.approval.answer";

        public const string Once = "once";
        public const string Always = "always";
        public const string Denied = "denied";
    }

    /// <summary>Instruments and their labels. Times are in seconds.</summary>
    public static class Metrics
    {
        public const string OperationDuration = "gen_ai.client.operation.duration";
        public const string OperationTimeToFirstChunk = "gen_ai.client.operation.time_to_first_chunk";
        public const string OperationTimePerOutputChunk = "gen_ai.client.operation.time_per_output_chunk";
        public const string TokenUsage = "gen_ai.client.token.usage";
        public const string InferenceDuration = "gen_ai.client.inference.duration";
        public const string InferenceTimeToFirstChunk = "gen_ai.client.inference.time_to_first_chunk";
        public const string InferenceTimePerOutputChunk = "gen_ai.client.inference.time_per_output_chunk";
        public const string InferenceInputTokens = "gen_ai.client.inference.usage.input_tokens";
        public const string InferenceOutputTokens = "gen_ai.client.inference.usage.output_tokens";
        public const string InferenceCacheReadTokens = "gen_ai.client.inference.usage.cache_read.input_tokens";
        public const string InvokeAgentDuration = "gen_ai.invoke_agent.duration";
        public const string InvokeAgentInferenceCalls = "gen_ai.invoke_agent.inference_calls";
        public const string InvokeAgentToolCalls = "gen_ai.invoke_agent.tool_calls";
        public const string ExecuteToolDuration = "gen_ai.execute_tool.duration";
        public const string Requests = "llm_requests_total";
        public const string RequestsFailed = "llm_requests_failed_total";
        public const string RequestDuration = "llm_request_duration_seconds";
        public const string Tokens = "llm_tokens_total";
        public const string TokensInput = "llm_tokens_input_total";
        public const string TokensOutput = "llm_tokens_output_total";
        public const string Errors = "llm_errors_total";
        public const string ReasoningIterations = "llm_reasoning_iterations_total";
        public const string ReasoningToolCalls = "llm_reasoning_tool_calls_total";
        public const string ToolCalls = "llm_tool_calls_total";
        public const string AgentIterations = "llm_agent_iterations";
        public const string ContextUtilization = "llm_context_utilization";
        public const string CacheReadTokens = "llm_cache_read_tokens_total";
        public const string LoadDuration = "llm_load_duration_seconds";
        public const string OutputTokensPerSecond = "llm_output_tokens_per_second";

        /// <summary>1 for a model that is in memory, 0 for one that was.</summary>
        public const string ModelLoaded = "llm_model_loaded";

        public const string ModelVram = "llm_model_vram_bytes";

        /// <summary>A counter; scraped as <c>llm_cost_usd_total</c>.</summary>
        public const string Cost = "llm_cost_usd";

        /// <summary>The same number as a gauge, under the name of the project's own queries.</summary>
        public const string CostGauge = "llm_cost_total_usd";

        /// <summary>Model calls sent and not yet answered by a first chunk.</summary>
        public const string QueueSize = "llm_queue_size";

        public const string TokenTypeLabel = "gen_ai.token.type";
        public const string ModelLabel = "model";
        public const string StatusLabel = "status";
        public const string TypeLabel = "type";
        public const string ErrorTypeLabel = "error_type";
        public const string ToolLabel = "tool";
        public const string SuccessLabel = "success";

        public const string TypeInput = "input";
        public const string TypeOutput = "output";
        public const string StatusSuccess = "success";
        public const string StatusError = "error";
    }

    /// <summary>Values that more than one reader compares with.</summary>
    public static class Values
    {
        /// <summary>The provider, in every vocabulary.</summary>
        public const string Ollama = "ollama";

        /// <summary>The studio's agent.</summary>
        public const string AgentName = "ollama-studio";

        /// <summary>Finish reason of a reply that the person stopped.</summary>
        public const string Cancelled = "cancelled";

        /// <summary>Finish reason, within the captured messages only, of a reply that failed.</summary>
        public const string FinishReasonError = "error";

        /// <summary>In place of the name of a tool that does not exist, where a model's own words are not set.</summary>
        public const string UnknownTool = "unknown";

        /// <summary>What went wrong has no name, in the conventions' word for it.</summary>
        public const string OtherError = "_OTHER";

        /// <summary>A turn of a conversation in the studio.</summary>
        public const string SourceChat = "chat";

        /// <summary>A call made to look into another one, or to compare: not use of the studio, and not counted as such.</summary>
        public const string SourceLab = "lab";

        /// <summary><see cref="Turn.LinkType"/> of a replay's root: what it links to is the model call that was asked again.</summary>
        public const string LinkReplay = "replay_of_generation";

        /// <summary>A call of another program, passed on by the studio.</summary>
        public const string SourceGateway = "gateway";

        /// <summary>No thinking, as the GenAI conventions name a level.</summary>
        public const string ReasoningNone = "none";

        public const string OperationChatStreaming = "chat_streaming";
        public const string OperationChatWithTools = "chat_with_tools";
        public const string OperationVerifyConnection = "verify_connection";
        public const string GenAiChat = "chat";
        public const string GenAiTextCompletion = "text_completion";
        public const string GenAiGenerateContent = "generate_content";
        public const string GenAiInvokeAgent = "invoke_agent";
        public const string GenAiExecuteTool = "execute_tool";
        public const string KindAgent = "AGENT";
        public const string KindChain = "CHAIN";
        public const string KindLlm = "LLM";
        public const string KindTool = "TOOL";
        public const string MimeText = "text/plain";
        public const string MimeJson = "application/json";
        public const string ToolTypeFunction = "function";
        public const string ContentText = "text";
        public const string ContentReasoning = "reasoning";
        public const string OutputJson = "json";
    }
}
