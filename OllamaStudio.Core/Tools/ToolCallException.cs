using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>A call that could not be carried out for a reason of its own, told to the model in these words.</summary>
/// <param name="errorType">One of the constants here: <c>error.type</c> of its span.</param>
/// <param name="message">What is wrong, and what the model can do.</param>
/// <param name="inner">The cause; null for none.</param>
internal sealed class ToolCallException(string errorType, string message, Exception? inner = null) : Exception(message, inner), IErrorType
{
    /// <summary>No tool of that name was offered.</summary>
    public const string Unknown = "tool_unknown";

    /// <summary>The arguments are no JSON object, lack one that is required, or have one that the tool does not know.</summary>
    public const string BadArguments = "tool_arguments";

    /// <summary>The same call again and again.</summary>
    public const string Repeated = "tool_repeated";

    /// <summary>More calls in one answer than are run.</summary>
    public const string TooMany = "tool_too_many_calls";

    /// <summary>One of the constants here.</summary>
    public string ErrorType => errorType;

    /// <inheritdoc />
    public bool HoldsContent => true;
}
