namespace OllamaStudio.Traces;

/// <summary>The attribute names that the views read.</summary>
internal static class TraceNames
{
    public const string SpanKind = "openinference.span.kind";
    public const string Model = "llm.model";
    public const string RequestModel = "gen_ai.request.model";
    public const string TokensInput = "llm.tokens_input";
    public const string TokensOutput = "llm.tokens_output";
    public const string EvalDuration = "llm.eval_duration_ms";
    public const string SessionId = "session.id";
    public const string InputValue = "input.value";
    public const string ExceptionEvent = "exception";
    public const string ExceptionType = "exception.type";
    public const string ExceptionMessage = "exception.message";
    public const string ExceptionStackTrace = "exception.stacktrace";
}
