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

/// <summary>An exception that says what it is to telemetry, which so needs to know no class of the modules above it.</summary>
public interface IErrorType
{
    /// <summary>The value of <c>error.type</c> on spans and metrics: one of a few, in snake case.</summary>
    string ErrorType { get; }

    /// <summary>Whether its words may hold content of a conversation, and so are left out where nothing is captured.</summary>
    bool HoldsContent { get; }
}
