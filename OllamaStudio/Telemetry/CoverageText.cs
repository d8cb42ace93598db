using OllamaStudio.Core.Insights.Coverage;

namespace OllamaStudio.Telemetry;

/// <summary>Why something of the contract was not seen, in a sentence.</summary>
internal static class CoverageText
{
    /// <summary>Why there was no such span.</summary>
    public static string Why(SpanCoverage span) => span.Contract.When switch
    {
        CoverageWhen.ToolCalled => "No tool was called.",
        CoverageWhen.Unstreamed => "No reply was asked for whole: the chat streams.",
        CoverageWhen.Checked => "The connection was not checked.",
        CoverageWhen.Tested => "No test span was sent.",
        _ => "No turn was made.",
    };

    /// <summary>Why the attribute was not seen on spans that were.</summary>
    public static string Why(AttributeCoverage attribute) => attribute.Contract.When switch
    {
        CoverageWhen.Always => "It should be on each: this is a fault of the studio.",
        CoverageWhen.Preview => attribute.IsDue ? "Capture allows it: a variable such as OPENINFERENCE_HIDE_INPUTS hides it, or it was not told." : "Capture is off.",
        CoverageWhen.Full => attribute.IsDue ? "Capture allows it: a variable such as OPENINFERENCE_HIDE_INPUTS hides it, or it was not told." : "Capture is not Full.",
        CoverageWhen.Server => "Ollama did not send it.",
        CoverageWhen.ToolOffered => "No tool was offered.",
        CoverageWhen.ToolCalled => "No tool was called.",
        CoverageWhen.ToolKnown => "No tool that was offered has run.",
        CoverageWhen.Denied => "No call was denied.",
        CoverageWhen.Option => "The option was not set.",
        CoverageWhen.Price => "The model has no price, or Ollama did not send the counts.",
        CoverageWhen.Truncated => "Nothing was cut.",
        CoverageWhen.Shifted => "The context never overflowed while a reply was written.",
        CoverageWhen.Warned => "No reply went wrong that way.",
        CoverageWhen.LeftOut => "Nothing had to be left out.",
        CoverageWhen.Retried => "No request was sent again.",
        CoverageWhen.Recovered => "No call was written as plain text.",
        CoverageWhen.Asked => "Nobody was asked about a call.",
        CoverageWhen.Several => "No prompt was asked of several models.",
        CoverageWhen.McpCalled => "No tool of an MCP server was called.",
        CoverageWhen.Replayed => "No reply was replayed.",
        CoverageWhen.Thrown => "No exception was thrown.",
        CoverageWhen.Redacted => "Nothing was redacted.",
        CoverageWhen.Failed => attribute.IsDue ? "It should be there: this is a fault of the studio." : "Nothing failed.",
        _ => "It did not happen.",
    };

    /// <summary>Whether that it was not seen is a fault of the studio.</summary>
    public static bool IsFault(AttributeCoverage attribute) => attribute is { IsSeen: false, IsDue: true, Contract.When: CoverageWhen.Always or CoverageWhen.Failed };
}
