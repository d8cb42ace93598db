using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ModelContextProtocol.Client;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>Says in plain words why a server cannot be reached, and what to do.</summary>
internal static partial class McpProblems
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
                ? NotStarted(notStarted, server)
            : causes.OfType<McpNotSpokenException>().FirstOrDefault() is { } otherwise ? otherwise.Message
            : causes.OfType<HttpRequestException>().FirstOrDefault() is { } http ? Describe(http, server)
            : Sentence(error.Message);
    }

    // The message of Process.Start names the folder it was tried from, which is beside the point; the system's own says what is wrong.
    private static string NotStarted(Win32Exception error, McpServerSettings server) =>
        server.WorkingDirectory is { } folder && !Directory.Exists(folder)
            ? $"{server.Command} could not be started: its folder {folder} is not there."
            : $"{server.Command} could not be started: {new Win32Exception(error.NativeErrorCode).Message.TrimEnd('.')}. Install it, or enter its whole path.";

    /// <summary>Why a connection that stood has ended.</summary>
    public static string Describe(ClientCompletionDetails details, McpServerSettings server) => details switch
    {
        // What a shell makes of it: 128 and the signal's number.
        StdioClientCompletionDetails { ExitCode: > 128 and < 160 and var code } when !OperatingSystem.IsWindows() => string.Create(
            CultureInfo.InvariantCulture, $"{server.Command} was ended by signal {code - 128}."),
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
        >= HttpStatusCode.InternalServerError =>
            string.Create(CultureInfo.InvariantCulture, $"{Address(server)} answers {(int)status} {status}. The fault is the server's: look into its log."),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Address(server)} answers {(int)status} {status}. Check the address and the headers."),
    };

    // What stands behind a question mark may be a key.
    private static string? Address(McpServerSettings server) => server.Url?.Split('?')[0];

    private static string LastWords(StdioClientCompletionDetails details) =>
        details.StandardErrorTail is { Count: > 0 } lines
        && (lines.FirstOrDefault(line => TellingPattern().IsMatch(line)) ?? lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line))) is { } last
            ? $" Its last words: {Sentence(last.Trim())}"
            : "";

    // What a program dies of stands above the rest of what it writes then: "Error: Cannot find module …" of Node.js above a
    // stack and a version, "npm error 404 Not Found - GET …" above advice.
    [GeneratedRegex(@"^\s*(?:[\w.]*(?:Error|Exception)(?:\s\[\w+\])?:|npm error \d{3})\s+\S", RegexOptions.None, 1000)]
    private static partial Regex TellingPattern();

    private static string Sentence(string message) => message.EndsWith('.') ? message : message + ".";

    private static IEnumerable<Exception> Causes(Exception error) =>
        error is AggregateException several
            ? several.InnerExceptions.SelectMany(Causes).Prepend(error)
            : error.InnerException is { } inner ? Causes(inner).Prepend(error) : [error];
}
