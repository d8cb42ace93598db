using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Settings;
using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Reads a span back from Phoenix: its 200 means that a request was decoded, not that the spans were stored. Routes as of
/// Phoenix 20: <c>/arize_phoenix_version</c>, <c>/v1/projects/{project}/spans</c>.
/// </summary>
internal sealed class PhoenixReader : IDisposable
{
    private const string TracesPath = "/v1/traces";
    private const int MaxAnswerBytes = 1024 * 1024;
    private const int MaxVersionLength = 32;
    private const int MaxSpans = 1000;

    // Phoenix stores from a queue: within a second as a rule, later when it is busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LookUpLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly ExportPlan _plan;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private readonly string _root;

    /// <summary>Makes a reader beside the plan's endpoint.</summary>
    public PhoenixReader(ExportPlan plan, TimeProvider time)
    {
        _plan = plan;
        _time = time;
        _client = new HttpClient(ExportHttp.CreateSocketsHandler(plan)) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
        ExportHttp.AddHeaders(plan, _client.DefaultRequestHeaders);

        // Phoenix may stand below a path of its host: http://host/phoenix/v1/traces.
        var path = plan.Endpoint.GetLeftPart(UriPartial.Path);
        _root = path.EndsWith(TracesPath, StringComparison.Ordinal) ? path[..^TracesPath.Length] : plan.Endpoint.GetLeftPart(UriPartial.Authority);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    /// <summary>
    /// True where Phoenix has the span, false where it has not in time, null where the endpoint is not Phoenix or does not
    /// let spans be read.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool?> FindAsync(string traceId, CancellationToken cancellationToken)
    {
        if (_plan.Protocol is DestinationProtocol.Grpc)
        {
            return null; // where it shows its pages is another port, which nobody told
        }

        using var suppressed = SuppressInstrumentationScope.Begin();
        using var patience = new CancellationTokenSource(Patience, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var isPhoenix = false;
        try
        {
            if (await GetAsync("/arize_phoenix_version", limit.Token) is not { Status: HttpStatusCode.OK } version || !IsVersion(version.Body))
            {
                return null;
            }

            isPhoenix = true;
            var route = $"/v1/projects/{Uri.EscapeDataString(_plan.Project)}/spans?trace_id={traceId}";
            while (true)
            {
                var answer = await GetAsync(route, limit.Token);
                if (answer is { Status: HttpStatusCode.OK } && HoldsTrace(answer.Body, traceId))
                {
                    return true;
                }

                // A key may be for sending only.
                if (answer is { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden })
                {
                    return null;
                }

                await Task.Delay(Pause, _time, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return isPhoenix ? false : null;
        }
    }

    /// <summary>Whether the endpoint is Phoenix; null where it did not say.</summary>
    /// <param name="wasPhoenix">Whether it was before: then a refusal is of the moment.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool?> IsPhoenixAsync(bool wasPhoenix, CancellationToken cancellationToken)
    {
        if (_plan.Protocol is DestinationProtocol.Grpc)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(LookUpLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await GetAsync("/arize_phoenix_version", both.Token) switch
            {
                null => null,
                { Status: HttpStatusCode.OK } version => IsVersion(version.Body),
                { Status: >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout } => null,
                { Status: HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } when wasPhoenix => null,
                _ => false,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Asks which of some spans are stored.</summary>
    /// <param name="project">The project that they were sent to.</param>
    /// <param name="spanIds">Their ids; at most 1,000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The ids of those that are, null where it did not say; and whether it lets spans be read.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<(HashSet<string>? Stored, bool MayRead)> ReadBackAsync(string project, IReadOnlyList<string> spanIds, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LookUpLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var route = $"/v1/projects/{Uri.EscapeDataString(project)}/spans?limit={MaxSpans}&span_id={string.Join("&span_id=", spanIds)}";
            using var response = await _client.GetAsync(new Uri(_root + route), HttpCompletionOption.ResponseHeadersRead, both.Token);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    // A span may be large, and all of it comes: it is read as it comes, and only the ids are kept.
                    var page = await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(both.Token), PhoenixJson.Default.PhoenixSpans, both.Token);
                    return (page?.Data?.Select(static span => span.Context?.SpanId).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase), true);
                case HttpStatusCode.NotFound:
                    // {"detail":"Project with identifier default not found"} until it stored the first span there; {"detail":"Not Found"} where there is no such route.
                    var words = await response.Content.ReadAsStringAsync(both.Token);
                    return words.Contains("project", StringComparison.OrdinalIgnoreCase) ? ([], true) : (null, false);
                case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                    return (null, false);
                default:
                    return (null, true);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, true);
        }
    }

    /// <summary>Annotates a stored span: <c>POST /v1/span_annotations?sync=true</c>, an upsert by span, name and identifier.</summary>
    /// <param name="spanId">The span, 16 hexadecimal digits.</param>
    /// <param name="annotation">What is said of it.</param>
    /// <param name="isOfCopy">Whether it is of a copy of the span's reply: it stands beside what was said of that one, and not in its place.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What came of it, and in words why it was not sent.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<(AnnotationState State, string? Words)> AnnotateAsync(string spanId, Annotation annotation, bool isOfCopy, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressInstrumentationScope.Begin();
        using var limit = new CancellationTokenSource(LookUpLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var body = new PhoenixAnnotations([new PhoenixAnnotation(
            spanId, PhoenixAnnotation.Feedback, PhoenixAnnotation.Human, isOfCopy ? $"{PhoenixAnnotation.Studio}:{annotation.MessageId}" : PhoenixAnnotation.Studio, new PhoenixResult(annotation.Label, annotation.Score, annotation.Explanation), new PhoenixMetadata(annotation.MessageId))]);
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, PhoenixJson.Default.PhoenixAnnotations));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _client.PostAsync(new Uri(_root + "/v1/span_annotations?sync=true"), content, both.Token);
            return response.StatusCode switch
            {
                < HttpStatusCode.MultipleChoices => (AnnotationState.Sent, null),
                HttpStatusCode.NotFound => (AnnotationState.Waiting, "Its spans are not stored there yet"),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (AnnotationState.Refused, $"{(int)response.StatusCode}: the API key is missing, wrong, or may not annotate"),
                HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => (AnnotationState.Waiting, $"It answered {(int)response.StatusCode}"),
                _ => (AnnotationState.Refused, $"{(int)response.StatusCode}: {ReasonPhrases.Of(response.StatusCode)}"),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (AnnotationState.Waiting, "It does not answer");
        }
    }

    // 20.3.0 or 21.0.0rc1. Many a receiver answers 200 to any path, with a page or with {}.
    private static bool IsVersion(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body).Trim();
        var numbers = text.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
        return text.Length <= MaxVersionLength && Version.TryParse(text[..numbers].TrimEnd('.'), out _);
    }

    // {"data":[{"name":"…","context":{"trace_id":"…","span_id":"…"}, …}],"next_cursor":null}. Versions that do not know the
    // filter send other spans: the id itself must be there.
    private static bool HoldsTrace(byte[] body, string traceId)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("data", out var spans) && spans.ValueKind == JsonValueKind.Array
                && spans.GetRawText().Contains(traceId, StringComparison.OrdinalIgnoreCase);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Null where nothing answered: reading back is a courtesy, its failure is not the span's.
    private async Task<Answer?> GetAsync(string route, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri(_root + route), cancellationToken);
            return new Answer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private sealed record Answer(HttpStatusCode Status, byte[] Body);
}
