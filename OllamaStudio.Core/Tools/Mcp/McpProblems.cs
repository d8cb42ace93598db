using System.ComponentModel;
using System.Globalization;
using System.Net;
using ModelContextProtocol.Client;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>Says in plain words why a server cannot be reached, and what to do.</summary>
internal static class McpProblems
{
    /// <summary>Why an attempt to connect, or a look at the server, failed.</summary>
    public static string Describe(Exception error, McpServerSettings server)
    {
        var causes = Causes(error).ToList();
        return causes.OfType<TimeoutException>().FirstOrDefault() is { } late
                ? $"{late.Message} {(server.Transport is McpTransport.Http ? "Check the address." : "Check the command; if it downloads its package first, allow more time.")}"
            : causes.OfType<ClientTransportClosedException>().FirstOrDefault() is { Details: StdioClientCompletionDetails } closed
                ? Describe(closed.Details, server)
            : server.Transport is McpTransport.Stdio && causes.OfType<Win32Exception>().FirstOrDefault() is { } notStarted
                ? $"{server.Command} could not be started: {notStarted.Message.TrimEnd('.')}. Install it, or enter its whole path."
            : causes.OfType<HttpRequestException>().FirstOrDefault() is { } http ? Describe(http, server)
            : Sentence(error.Message);
    }

    /// <summary>Why a connection that stood has ended.</summary>
    public static string Describe(ClientCompletionDetails details, McpServerSettings server) => details switch
    {
        StdioClientCompletionDetails { ExitCode: { } code } stdio => string.Create(
            CultureInfo.InvariantCulture, $"{server.Command} ended with exit code {code}.{LastWords(stdio)}"),
        StdioClientCompletionDetails stdio => $"{server.Command} ended.{LastWords(stdio)}",
        HttpClientCompletionDetails { HttpStatusCode: { } status } => Describe(status, server),
        { Exception: { } error } => Describe(error, server),
        _ => "The server ended the connection.",
    };

    private static string Describe(HttpRequestException error, McpServerSettings server) =>
        error.StatusCode is { } status
            ? Describe(status, server)
            : $"No server answers at {Address(server)}: {error.Message.TrimEnd('.')}. Check the address, and that the server runs.";

    private static string Describe(HttpStatusCode status, McpServerSettings server) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            string.Create(CultureInfo.InvariantCulture, $"{Address(server)} refuses access ({(int)status}). Check the headers: most servers want an Authorization."),
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed =>
            string.Create(CultureInfo.InvariantCulture, $"Nothing at {Address(server)} speaks MCP ({(int)status}). Check the path; it is often /mcp."),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Address(server)} answers {(int)status} {status}."),
    };

    // What stands behind a question mark may be a key.
    private static string? Address(McpServerSettings server) => server.Url?.Split('?')[0];

    private static string LastWords(StdioClientCompletionDetails details) =>
        details.StandardErrorTail is { Count: > 0 } lines && lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } last
            ? $" Its last words: {Sentence(last.Trim())}"
            : "";

    private static string Sentence(string message) => message.EndsWith('.') ? message : message + ".";

    private static IEnumerable<Exception> Causes(Exception error) =>
        error is AggregateException several
            ? several.InnerExceptions.SelectMany(Causes).Prepend(error)
            : error.InnerException is { } inner ? Causes(inner).Prepend(error) : [error];
}
