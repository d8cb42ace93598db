using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ModelContextProtocol;
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
            ? $"{server.Command} could not be started: its folder {folder} does not exist."
            : $"{server.Command} could not be started: {new Win32Exception(error.NativeErrorCode).Message.TrimEnd('.')}. "
                + (server.Command?.Trim().Contains(' ', StringComparison.Ordinal) is true ? "What follows the program's name belongs in its arguments, one per line." : "Install it, or enter its full path.");

    /// <summary>That an address leads elsewhere: headers are sent only where the person wrote that they go.</summary>
    /// <param name="from">The address that was asked.</param>
    /// <param name="to">Where it points; null where it does not say.</param>
    public static string Redirected(Uri from, Uri? to)
    {
        if (to is null)
        {
            return $"{Plain(from)} redirects without saying where. Check the address.";
        }

        var target = to.IsAbsoluteUri ? to : new Uri(from, to);
        return $"{Plain(from)} redirects to {Plain(target)}, which is not followed. If that is the server you mean, enter that address.";
    }

    /// <summary>Why a call failed that was sent, for the model and for a person; null for what is no failure of a call.</summary>
    public static string? DescribeCall(Exception error, string server) => error switch
    {
        McpToolException => null,
        McpProtocolException refused => Cut(refused.Message),
        McpException failed => $"The MCP server {server} gave an invalid answer: {Sentence(failed.Message)}",
        McpNotSpokenException otherwise => otherwise.Message,
        HttpRequestException { StatusCode: HttpStatusCode.RequestEntityTooLarge } => $"The MCP server {server} rejected this call because it is too large (413).",
        HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } => $"The MCP server {server} is called too often (429). Try again later.",
        HttpRequestException { StatusCode: { } status } =>
            string.Create(CultureInfo.InvariantCulture, $"The MCP server {server} answered this call with {(int)status} {status}."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            $"The MCP server {server} is not connected any more; it is being reconnected.",

        // Calls that are open when a connection ends are cancelled by the SDK.
        IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException =>
            $"The connection to the MCP server {server} broke during this call; it is being reconnected. Whether the call was carried out is not known.",
        _ => null,
    };

    /// <summary>Whether a look at the server came to nothing though the server is there: it is busy, or refuses just this.</summary>
    public static bool IsThere(Exception error) =>
        error is TimeoutException or McpException
            or HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable };

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
            string.Create(CultureInfo.InvariantCulture, $"{Address(server)} refuses access ({(int)status}). Check the headers: most servers need an Authorization header."),
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed =>
            string.Create(CultureInfo.InvariantCulture, $"Nothing at {Address(server)} speaks MCP ({(int)status}). Check the path; it is often /mcp."),
        >= HttpStatusCode.InternalServerError =>
            string.Create(CultureInfo.InvariantCulture, $"{Address(server)} answers {(int)status} {status}. The fault is the server's: check its log."),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Address(server)} answers {(int)status} {status}. Check the address and the headers."),
    };

    // What stands behind a question mark may be a key, and what stands before the host is one.
    private static string Plain(Uri address) => Cut(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));

    // What stands behind a question mark may be a key.
    private static string? Address(McpServerSettings server) => server.Url?.Split('?')[0];

    private static string LastWords(StdioClientCompletionDetails details) =>
        details.StandardErrorTail?.Select(LastLines.Cut).ToList() is { Count: > 0 } lines
        && (lines.FirstOrDefault(line => TellingPattern().IsMatch(line)) ?? lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line))) is { } last
            ? $" Its last output: {Sentence(last.Trim())}"
            : "";

    // What a program dies of stands above the rest of what it writes then: "Error: Cannot find module …" of Node.js above a
    // stack and a version, "npm error 404 Not Found - GET …" above advice.
    [GeneratedRegex(@"^\s*(?:[\w.]*(?:Error|Exception)(?:\s\[\w+\])?:|npm error \d{3})\s+\S", RegexOptions.None, 1000)]
    private static partial Regex TellingPattern();

    // What others write goes into the page and the log: no more of it than tells what is wrong.
    private static string Sentence(string message) => Cut(message) is var cut && cut.EndsWith('.') ? cut : cut + ".";

    private static string Cut(string message) => LastLines.Cut(message);

    private static IEnumerable<Exception> Causes(Exception error) =>
        error is AggregateException several
            ? several.InnerExceptions.SelectMany(Causes).Prepend(error)
            : error.InnerException is { } inner ? Causes(inner).Prepend(error) : [error];
}

/// <summary>An address answers, but not in MCP; the message is for a person.</summary>
internal sealed class McpNotSpokenException(string message) : HttpRequestException(message);

/// <summary>A tool of an MCP server failed: the message is what the server says of it, or why it said nothing, and may be told to the model.</summary>
public sealed class McpToolException : Exception
{
    /// <summary>A failure in these words.</summary>
    public McpToolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
