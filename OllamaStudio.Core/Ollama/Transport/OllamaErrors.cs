using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>Makes the exceptions of the client: Ollama's own words, and what a person can do next. Never a word of what the model said.</summary>
internal static class OllamaErrors
{
    private const string StartIt = "Start Ollama with `ollama serve`, or check OLLAMA_HOST.";
    private const string CheckAddress = "Check that OLLAMA_HOST names an Ollama server, not a proxy or another program.";
    private const string ShortenIt = "Shorten the conversation, or enlarge the context window (num_ctx).";
    private const string RunnerDied =
        "The model's process died, often because memory ran out: try again, or choose a smaller model or a smaller context window (num_ctx). Ollama's log says more.";
    private const string SeeLog = "See Ollama's log for the reason, then send it again.";

    /// <summary>No connection, or one that was closed before the answer began.</summary>
    public static OllamaException Unreachable(OllamaEndpoint endpoint, Exception cause)
    {
        string address = Address(endpoint);
        if (cause is OperationCanceledException)
        {
            return new(OllamaErrorKind.Unreachable, $"Ollama at {address} did not accept a connection in time.", StartIt, innerException: cause);
        }

        return cause is not HttpRequestException http
            ? new(OllamaErrorKind.Unreachable, $"The connection to Ollama at {address} failed.", StartIt, innerException: cause)
            : http.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => new(
                    OllamaErrorKind.Unreachable, $"There is no host named {endpoint.BaseAddress.IdnHost}.", "Check the spelling of OLLAMA_HOST.", innerException: cause),
                HttpRequestError.SecureConnectionError => new(
                    OllamaErrorKind.Unreachable, $"No secure connection to {address}: TLS failed.",
                    "Check the server's certificate; Ollama without a proxy in front of it uses http, not https.", innerException: cause),
                HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded => new(
                    OllamaErrorKind.NotOllama, $"The server at {address} does not respond like Ollama.", CheckAddress, innerException: cause),
                HttpRequestError.ResponseEnded => new(
                    OllamaErrorKind.Unreachable, $"Ollama at {address} closed the connection without an answer.", SeeLog, innerException: cause),
                _ when cause.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new(
                    OllamaErrorKind.Unreachable, $"Nothing answers at {address}: the connection was refused.", StartIt, innerException: cause),
                _ => new(OllamaErrorKind.Unreachable, $"No connection to Ollama at {address}.", StartIt, innerException: cause),
            };
    }

    /// <summary>A call that loads nothing took longer than it may.</summary>
    public static OllamaException TooSlow(OllamaEndpoint endpoint, TimeSpan limit) => new(
        OllamaErrorKind.Unreachable,
        string.Create(CultureInfo.InvariantCulture, $"Ollama at {Address(endpoint)} did not answer within {limit.TotalSeconds:0.###} s."),
        "Check that the server is not overloaded, or restart it.");

    /// <summary>An answer of 4xx or 5xx with Ollama's <c>{"error":"…"}</c>.</summary>
    public static OllamaException Status(HttpStatusCode status, WireError error, string? model, string? signInUrl, TimeSpan? retryAfter) => Named(error, status) ?? (int)status switch
    {
        404 when model is not null => new(OllamaErrorKind.ModelMissing, error.Text, $"Pull it with `ollama pull {model}`.", status),
        401 => new(OllamaErrorKind.Unauthorized, error.Text, SignIn(signInUrl), status),
        403 => new(OllamaErrorKind.Unauthorized, error.Text, "Your account or API key does not allow this. Check the key, or sign in with another account.", status),
        429 => new(OllamaErrorKind.Overloaded, error.Text, Wait(retryAfter), status) { RetryAfter = retryAfter },
        503 => new(OllamaErrorKind.Overloaded, error.Text, Wait(retryAfter), status) { RetryAfter = retryAfter },
        499 => new(OllamaErrorKind.ServerFailed, error.Text, "The request was cancelled on the way: send it again.", status),
        >= 500 => new(OllamaErrorKind.ServerFailed, error.Text, Advice(error.Text, model) ?? SeeLog, status),
        _ => new(OllamaErrorKind.Refused, error.Text, Advice(error.Text, model), status),
    };

    /// <summary>A status without a word of Ollama's.</summary>
    public static OllamaException BareStatus(HttpStatusCode status, string? reason, bool html, string? title, TimeSpan? retryAfter)
    {
        int code = (int)status;
        string name = string.Create(CultureInfo.InvariantCulture, $"{code} {(string.IsNullOrWhiteSpace(reason) ? status : reason)}");
        if (html)
        {
            return new(OllamaErrorKind.NotOllama, $"A web page answered instead of Ollama ({name}){(title is null ? "." : $": “{title}”.")}", CheckAddress, status);
        }

        return code switch
        {
            // What Ollama itself says to a Host or Origin that it does not trust: 403, and nothing else.
            403 => new(OllamaErrorKind.Unauthorized, "Ollama refuses requests from here (403).",
                "Set OLLAMA_ORIGINS on the server, or have the proxy in front of it send `Host: localhost`.", status),
            401 => new(OllamaErrorKind.Unauthorized, "The server requires you to sign in (401).", SignIn(null), status),
            429 or 503 => new(OllamaErrorKind.Overloaded, $"The server is busy ({name}).", Wait(retryAfter), status) { RetryAfter = retryAfter },
            404 or 405 or 501 or 502 or 504 => new(OllamaErrorKind.NotOllama, $"The server does not support this Ollama request ({name}).",
                "Check OLLAMA_HOST, and update Ollama if it is old.", status),
            >= 500 => new(OllamaErrorKind.ServerFailed, $"Ollama failed without saying why ({name}).", SeeLog, status),
            _ => new(OllamaErrorKind.Refused, $"The request was refused ({name}).", statusCode: status),
        };
    }

    /// <summary>A redirect: followed, a POST would become a GET and the key be lost.</summary>
    public static OllamaException Redirect(HttpStatusCode status, Uri? target)
    {
        // Neither the path with its query nor a user's name and password: the message is shown and traced.
        string? to = target is { IsAbsoluteUri: true } ? target.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;
        return new(OllamaErrorKind.NotOllama,
            string.Create(CultureInfo.InvariantCulture, $"The server redirects{(to is null ? "" : $" to {to}")} ({(int)status}); redirects are not followed."),
            to is null ? CheckAddress : $"If that is the Ollama you mean, set OLLAMA_HOST to {to}.", status);
    }

    /// <summary>A proxy that asks for basic authentication: Ollama itself never does.</summary>
    public static OllamaException LoginWanted() => new(
        OllamaErrorKind.Unauthorized, "The proxy in front of Ollama wants a user name and a password, or other ones (401).",
        "Set them as the login in the settings, or in OLLAMA_HOST as http://user:password@host.", HttpStatusCode.Unauthorized);

    /// <summary>A page where JSON was expected.</summary>
    public static OllamaException WebPage(HttpStatusCode status, string? title) => BareStatus(status, null, html: true, title, null);

    /// <summary>An error line within a stream.</summary>
    public static OllamaException MidStream(WireError error, string? model, HttpStatusCode status) =>
        Named(error, status) ?? new(OllamaErrorKind.FailedMidStream, error.Text, Advice(error.Text, model) ?? SeeLog, status);

    /// <summary>An answer that ended before its end.</summary>
    public static OllamaException Incomplete(bool anything, Exception? cause = null, string? nextStep = null) => new(
        OllamaErrorKind.StreamIncomplete,
        (anything, cause) switch
        {
            (true, null) => "Ollama ended the answer before it was done.",
            (true, _) => "The connection broke before the answer was done.",
            (false, null) => "Ollama closed the connection without an answer.",
            (false, _) => "The connection broke before the answer began.",
        },
        nextStep ?? (cause is null
            ? "The model's runner may have crashed: see Ollama's log, then try again."
            : "Ollama, or its model's runner, may have gone down: see whether it runs, and its log, then try again."),
        innerException: cause);

    /// <summary>An answer that cannot be read.</summary>
    public static OllamaException BadAnswer(string message, Exception? cause = null) =>
        new(OllamaErrorKind.BadAnswer, message, "Check that OLLAMA_HOST names an Ollama server, and update it.", innerException: cause);

    /// <summary>An error that means the same wherever it stands; null for any other.</summary>
    private static OllamaException? Named(WireError error, HttpStatusCode status)
    {
        if (error.ExceedsContext)
        {
            return new(OllamaErrorKind.ContextExceeded, error.Text, ContextAdvice(error), status) { PromptTokens = error.PromptTokens, ContextLength = error.ContextLength };
        }

        // All that Ollama says of it. A pull that breaks off ends with "unexpected EOF" too, and is something else.
        return error.Text.Contains("running the model", StringComparison.OrdinalIgnoreCase) && error.Text.Contains("unexpected EOF", StringComparison.OrdinalIgnoreCase)
            ? new(OllamaErrorKind.RunnerDied, error.Text, RunnerDied, status)
            : null;
    }

    private static string ContextAdvice(WireError error) => error is { PromptTokens: { } prompt, ContextLength: { } window }
        ? string.Create(CultureInfo.InvariantCulture,
            $"The prompt has {prompt} tokens, the context window {window}: shorten the conversation, or enlarge the context window (num_ctx).")
        : ShortenIt;

    private static string Address(OllamaEndpoint endpoint) => endpoint.BaseAddress.AbsoluteUri.TrimEnd('/');

    private static string SignIn(string? url) =>
        url is not null && Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme == Uri.UriSchemeHttps
            ? $"Sign in with `ollama signin`, or open {parsed.AbsoluteUri}."
            : "Sign in with `ollama signin`, or check the API key.";

    private static string Wait(TimeSpan? retryAfter) => retryAfter is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"Wait {Math.Ceiling(time.TotalSeconds):0} s, then send it again.")
        : "Wait a moment, then send it again.";

    private static string? Advice(string error, string? model)
    {
        bool Says(string words) => error.Contains(words, StringComparison.OrdinalIgnoreCase);
        return Says("does not support tools") ? "Switch the tools off, or choose a model with tools."
            : Says("does not support thinking") ? "Switch thinking off, or choose a model that thinks."
            : Says("multimodal") ? "Choose a model with vision and try again: this one reads no images."
            : Says("does not support") ? "Choose a model that supports this."
            : Says("out of memory") || Says("system memory") ? "Choose a smaller model or a smaller context window (num_ctx)."
            : Says("not found") && Says("model") && model is not null ? $"Pull it with `ollama pull {model}`."
            : Says("file does not exist") ? "Check the model's name at https://ollama.com/library."
            : Says("context") && Says("exceed") ? ShortenIt
            : null;
    }
}
