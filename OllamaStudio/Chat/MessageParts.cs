using System.Globalization;

namespace OllamaStudio.Chat;

/// <summary>What the texts of a message are called, for finding in them: the values of <c>data-find</c>.</summary>
public static class MessageParts
{
    /// <summary>What the model thought.</summary>
    public const string Thinking = "thinking";

    /// <summary>Why the reply failed.</summary>
    public const string Error = "error";

    /// <summary>The text of one of a reply's rounds, from 0; a prompt has one.</summary>
    public static string Text(int round) => string.Create(CultureInfo.InvariantCulture, $"text-{round}");

    /// <summary>The name of an attached file.</summary>
    public static string File(string fileId) => $"file-{fileId}";

    /// <summary>The name of the tool that a call calls.</summary>
    public static string ToolName(string callId) => $"tool-{callId}";

    /// <summary>What goes into a call.</summary>
    public static string Arguments(string callId) => $"arguments-{callId}";

    /// <summary>What came back from a call.</summary>
    public static string Result(string callId) => $"result-{callId}";
}
