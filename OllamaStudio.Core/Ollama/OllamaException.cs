using System.Net;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Ollama;

/// <summary>The one exception of the Ollama client. Cancellation is not one of its cases: it surfaces as <see cref="OperationCanceledException"/>.</summary>
public sealed class OllamaException : Exception, IErrorType
{
    /// <summary>Makes the exception.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">Ollama's own words where it said any, else a short sentence of ours. No secrets, no bodies beyond a short cap.</param>
    /// <param name="nextStep">What a person can do about it, one sentence; null where nothing helps.</param>
    /// <param name="statusCode">The HTTP status; null where there was none.</param>
    /// <param name="innerException">The cause; null where there is none.</param>
    public OllamaException(OllamaErrorKind kind, string message, string? nextStep = null, HttpStatusCode? statusCode = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        NextStep = nextStep;
        StatusCode = statusCode;
    }

    /// <summary>What went wrong.</summary>
    public OllamaErrorKind Kind { get; }

    /// <summary>What a person can do about it, one sentence; null where nothing helps.</summary>
    public string? NextStep { get; }

    /// <summary>The HTTP status; null where there was none.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>How long the server asks to wait (<c>Retry-After</c>); null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Tokens of the prompt, where it is <see cref="OllamaErrorKind.ContextExceeded"/>; null where the server does not say.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Tokens of the context window that the prompt does not fit into; null where the server does not say.</summary>
    public long? ContextLength { get; init; }

    /// <inheritdoc />
    public bool HoldsContent => false;

    /// <summary>The kind in snake case, such as <c>stream_incomplete</c>.</summary>
    public string ErrorType => Kind switch
    {
        OllamaErrorKind.Unreachable => "unreachable",
        OllamaErrorKind.NotOllama => "not_ollama",
        OllamaErrorKind.ModelMissing => "model_missing",
        OllamaErrorKind.Refused => "refused",
        OllamaErrorKind.Unauthorized => "unauthorized",
        OllamaErrorKind.Overloaded => "overloaded",
        OllamaErrorKind.ServerFailed => "server_failed",
        OllamaErrorKind.FailedMidStream => "failed_mid_stream",
        OllamaErrorKind.ContextExceeded => "context_exceeded",
        OllamaErrorKind.RunnerDied => "runner_died",
        OllamaErrorKind.StreamIncomplete => "stream_incomplete",
        _ => "bad_answer",
    };
}
