using System.Text.Json;

namespace OllamaStudio.Core.Telemetry;

/// <summary>Values of <c>error.type</c>: few, and the same on spans and metrics.</summary>
internal static class ErrorTypes
{
    /// <summary>What the exception says itself, the kind of an HTTP failure, <c>timeout</c>, or the exception's type.</summary>
    public static string Of(Exception error) => error switch
    {
        IErrorType typed => typed.ErrorType,
        HttpRequestException http => JsonNamingPolicy.SnakeCaseLower.ConvertName(http.HttpRequestError.ToString()),
        OperationCanceledException or TimeoutException => "timeout",
        _ => error.GetType().FullName ?? error.GetType().Name,
    };
}
