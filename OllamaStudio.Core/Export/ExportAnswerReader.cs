using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>Puts an endpoint's answer, or its silence, in plain words, with what to do next where that is known.</summary>
internal static class ExportAnswerReader
{
    // Enough for a sentence of the server's; a page of HTML is nobody's reading.
    private const int MaxQuoteLength = 300;

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n\t");

    /// <summary>Reads an answer.</summary>
    /// <param name="plan">Whom the request was for; its secrets are struck from the words.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="mediaType">The body's media type; null where it names none.</param>
    /// <param name="body">The body, or its beginning.</param>
    public static ExportAnswer Read(ExportPlan plan, HttpStatusCode status, string? mediaType, ReadOnlySpan<byte> body)
    {
        var code = (int)status;
        if (code is >= 200 and < 300)
        {
            var (rejected, reason) = mediaType == OtlpHandler.ProtobufMediaType ? ReadPartialSuccess(body) : (0, null);
            return rejected <= 0
                ? new ExportAnswer { Status = code }
                : new ExportAnswer { Status = code, Rejected = rejected, Error = Conceal(plan, Join($"{plan.Host} accepted the request but rejected {rejected.ToString(CultureInfo.InvariantCulture)} {ItemsOf(plan)}", reason)) };
        }

        // Phrase of the status code itself: HTTP/2 and many servers send none.
        var name = $"{code.ToString(CultureInfo.InvariantCulture)} {ReasonPhrases.Of(status)}".TrimEnd();
        var quote = Quote(mediaType, body);
        var words = Join($"{plan.Host} refused the {WhatOf(plan)}: {name}", code == 401 ? OnKey(plan, quote) : quote ?? NextStep(plan, code));

        // Proxies have numbers of their own from 520 on, for a server behind them that is down or slow.
        return new ExportAnswer { Status = code, Error = Conceal(plan, words), IsTransient = code is 408 or 429 or 502 or 503 or 504 or >= 520 };
    }

    /// <summary>Reads the failure of a request that no answer came for.</summary>
    /// <param name="plan">Whom the request was for.</param>
    /// <param name="failure">What the request threw.</param>
    public static ExportAnswer Read(ExportPlan plan, Exception failure)
    {
        var words = failure switch
        {
            OperationCanceledException => NoAnswer(plan.Host, plan.Timeout),
            HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
                $"Connection refused: nothing listens at {plan.Host}",
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"No such host: {plan.Endpoint.Host}",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                Join($"No secure connection to {plan.Host}", failure.InnerException?.Message ?? failure.Message),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Join($"No connection to {plan.Host}", failure.InnerException?.Message),
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => $"{plan.Host} closed the connection without an answer",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => $"{plan.Host} does not answer in HTTP; is the port right?",
            _ => Join($"The {WhatOf(plan)} could not be sent to {plan.Host}", failure.Message),
        };

        // A header that cannot be written fails the same way every time.
        return new ExportAnswer
        {
            Error = Conceal(plan, words),
            IsTransient = failure is OperationCanceledException or HttpRequestException or IOException or ObjectDisposedException, // the last: its route ended under it
            NothingListens = ConnectionFailures.NothingListens(failure),
        };
    }

    /// <summary>The words for silence.</summary>
    public static string NoAnswer(string host, TimeSpan waited) =>
        $"No answer within {waited.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s from {host}";

    private static string WhatOf(ExportPlan plan) => plan.Signal switch { TelemetrySignal.Metrics => "metrics", TelemetrySignal.Logs => "log lines", _ => "spans" };

    private static string ItemsOf(ExportPlan plan) => plan.Signal is TelemetrySignal.Metrics ? "data points" : WhatOf(plan);

    // ExportTraceServiceResponse { partial_success = 1 { rejected_spans = 1; error_message = 2 } }, and so for metrics and logs
    private static (long Rejected, string? Reason) ReadPartialSuccess(ReadOnlySpan<byte> body)
    {
        var (rejected, reason) = (0L, (string?)null);
        var response = new ProtoReader(body);
        while (response.Read())
        {
            if (response.Field != 1)
            {
                continue;
            }

            var partial = new ProtoReader(response.Bytes);
            while (partial.Read())
            {
                switch (partial.Field)
                {
                    case 1:
                        rejected = (long)partial.Number;
                        break;
                    case 2:
                        reason = OneLine(partial.Text);
                        break;
                    default:
                        break;
                }
            }
        }

        return (rejected, reason);
    }

    private static string? Quote(string? mediaType, ReadOnlySpan<byte> body)
    {
        var text = mediaType switch
        {
            OtlpHandler.ProtobufMediaType => StatusMessage(body),
            "application/json" => JsonMessage(body),
            "text/plain" or null => Encoding.UTF8.GetString(body),
            _ => null,
        };

        return string.IsNullOrWhiteSpace(text) ? null : OneLine(text);
    }

    // google.rpc.Status { code = 1; message = 2 }, which OTLP asks of a refusal.
    private static string? StatusMessage(ReadOnlySpan<byte> body)
    {
        var status = new ProtoReader(body);
        while (status.Read())
        {
            if (status.Field == 2)
            {
                return status.Text;
            }
        }

        return null;
    }

    // {"detail":"…"} (FastAPI, and so Phoenix), {"message":"…"}, {"error":"…"}; else the JSON as it is.
    private static string JsonMessage(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var name in (ReadOnlySpan<string>)["detail", "message", "error"])
                {
                    if (json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
                    {
                        return value.GetString()!;
                    }
                }
            }
        }
        catch (JsonException)
        {
            // Cut short, or not JSON after all: shown as it came.
        }

        return text;
    }

    // All that Phoenix says of a missing key, and of a wrong one, is "Invalid token".
    private static string OnKey(ExportPlan plan, string? quote)
    {
        var isPhoenix = quote == "Invalid token" || plan.Profile.Kind is DestinationKind.Phoenix or DestinationKind.PhoenixCloud;
        var step = (isPhoenix, plan.ApiKey) switch
        {
            (false, _) when plan.Profile.Headers is [var header, ..] => plan.Headers.ContainsKey(header) ? $"check the header {header}" : $"it wants its key in the header {header}",
            (true, null) => "Phoenix wants an API key: create one there under Settings → API keys",
            (true, _) => "Phoenix does not know this API key: create one there under Settings → API keys",
            (false, null) => "it wants an API key",
            (false, _) => "check the API key",
        };
        return quote is null ? step : $"{quote.TrimEnd('.')}. {char.ToUpperInvariant(step[0])}{step[1..]}";
    }

    private static string? NextStep(ExportPlan plan, int status) => status switch
    {
        403 => "check the API key",
        404 when plan.Protocol is DestinationProtocol.Grpc => $"nothing takes {SignalOf(plan)} by gRPC there; its port is usually 4317",
        404 or 405 => $"nothing takes {SignalOf(plan)} there; an OTLP/HTTP address usually ends in /v1/{SignalOf(plan)}",
        413 => plan.Signal is TelemetrySignal.Traces ? "even one span, its texts cut, is too large for it" : "the request is too large for it",
        415 => "it does not take protobuf over HTTP there",
        429 or 503 => "it is overloaded or still starting",
        507 => "its storage is full",
        >= 520 => "a proxy answers, and reaches nothing behind it",
        >= 300 and < 400 => "the address has moved; set the new one",
        _ => null,
    };

    private static string SignalOf(ExportPlan plan) => plan.Signal.ToString().ToLowerInvariant();

    private static string Join(string words, string? reason) => string.IsNullOrWhiteSpace(reason) ? words : $"{words} — {reason}";

    private static string OneLine(string text)
    {
        var line = TextCut.Shorten(text.Trim(), MaxQuoteLength);
        return line.AsSpan().ContainsAny(LineEnds) ? line.ReplaceLineEndings(" ").Replace('\t', ' ') : line;
    }

    // A server that quotes the request must not put a key on the screen or in the log.
    private static string Conceal(ExportPlan plan, string words)
    {
        foreach (var secret in plan.Headers.Values.Append(plan.ApiKey ?? ""))
        {
            words = secret.Length < 4 ? words : words.Replace(secret, "…", StringComparison.Ordinal);
        }

        return words;
    }
}

/// <summary>What came of one export request.</summary>
internal sealed record ExportAnswer
{
    /// <summary>The endpoint's HTTP status; null where it did not answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why spans were lost, in plain words; null where none were.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the same request may be accepted later: the endpoint is away, overloaded or slow.</summary>
    public bool IsTransient { get; init; }

    /// <summary>
    /// Whether the same request is refused as long as nobody changes anything, here or there: no key or no right one, a wrong or an old
    /// address, a content type that is not taken, a fault of the server's own, a full storage. It is kept, and not repeated by a timer.
    /// </summary>
    public bool IsBlocked => Status is (>= 300 and < 400) or 401 or 403 or 404 or 405 or 415 or 422 or 500 or 507;

    /// <summary>Whether its spans may be accepted some day, as they are or in parts.</summary>
    public bool MayBeTakenLater => IsTransient || IsTooLarge || IsBlocked;

    /// <summary>Whether nobody is there at all, as far as the network tells.</summary>
    public bool NothingListens { get; init; }

    /// <summary>Whether it was held back or cut off here, and says nothing of the endpoint.</summary>
    public bool IsUnsent { get; init; }

    /// <summary>Whether it was sent, and nothing came of it until its time was up: the next one would wait as long.</summary>
    public bool IsSilence { get; init; }

    /// <summary>Whether the same spans may be accepted in smaller requests.</summary>
    public bool IsTooLarge => Status == 413;

    /// <summary>How long the endpoint asked to be left alone; null where it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Spans that an accepted request lost nevertheless (OTLP's partial success).</summary>
    public long Rejected { get; init; }

    /// <summary>Whether the endpoint took the request.</summary>
    public bool Accepted => Status is >= 200 and < 300;

    /// <summary>How many of a request's spans are lost, where it is not sent again.</summary>
    public int LostOf(int spans) => Accepted ? (int)Math.Clamp(Rejected, 0, spans) : spans;
}
