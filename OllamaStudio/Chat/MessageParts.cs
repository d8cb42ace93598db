using System.Globalization;

namespace OllamaStudio.Chat;

/// <summary>What the texts of a message are called, for finding in them: the values of <c>data-find</c>.</summary>
public static class MessageParts
{
    public const string Thinking = "thinking";

    public const string Error = "error";

    /// <summary>The text of one of a reply's rounds, from 0; a prompt has one.</summary>
    public static string Text(int round) => string.Create(CultureInfo.InvariantCulture, $"text-{round}");

    public static string ToolName(string callId) => $"tool-{callId}";

    public static string Arguments(string callId) => $"arguments-{callId}";

    public static string Result(string callId) => $"result-{callId}";
}
