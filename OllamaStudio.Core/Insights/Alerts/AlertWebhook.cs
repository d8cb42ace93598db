using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>
/// Tells an address of the settings when an alert begins and when it is over: rule, figure, limit and window, and no content. Whoever has
/// something to tell is never kept waiting: at most 32 messages wait, and of more the oldest go. Safe to use from any thread.
/// </summary>
public sealed partial class AlertWebhook : IDisposable
{
    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Before the second try, and before the third and last.</summary>
    internal static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private const int Most = 32;

    private readonly ISettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<AlertWebhook> _logger;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<AlertMessage> _messages = Channel.CreateBounded<AlertMessage>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private volatile string? _failure;
    private int _isRunning;

    /// <summary>Makes one that sends nothing by itself.</summary>
    public AlertWebhook(ISettings settings, TimeProvider time, ILogger<AlertWebhook> logger)
    {
        (_settings, _time, _logger) = (settings, time, logger);

        // A redirected POST would arrive as a GET. The time limit is the clock's, below.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Raised when <see cref="Failure"/> changed.</summary>
    internal event Action? Changed;

    /// <summary>Why the last message did not arrive, in words without the address's path, which may be a secret; null where it did.</summary>
    public string? Failure => _failure;

    /// <summary>Has an alert told, where there is an address.</summary>
    public void Send(AlertKind kind, AlertEntry entry)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(entry);
        if (_settings.Current.Alerts.WebhookUrl is null)
        {
            return;
        }

        _messages.Writer.TryWrite(new AlertMessage(
            kind.Id, kind.Title, entry.Ended is null ? "firing" : "resolved", entry.Source, entry.Ended is null ? entry.Value : entry.Worst, entry.Threshold,
            JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.Unit.ToString()), kind.HasWindow ? entry.WindowMinutes : null, entry.Started, entry.Ended));
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            _ = Task.Run(RunAsync);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _messages.Writer.TryComplete();
        _http.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(_stop.Token))
            {
                await TellAsync(JsonSerializer.SerializeToUtf8Bytes(message, MessageJson.Default.AlertMessage));
            }
        }
        catch (OperationCanceledException)
        {
            // The studio ends.
        }
    }

    private async Task TellAsync(byte[] json)
    {
        for (var tried = 0; _settings.Current.Alerts.WebhookUrl is { } url; tried++)
        {
            var failure = await TryAsync(new Uri(url), json);
            if (failure is null || tried == Pauses.Length)
            {
                if (failure is not null)
                {
                    LogFailed(_logger, failure);
                }

                if (_failure != failure)
                {
                    _failure = failure;
                    Changed?.Invoke();
                }

                return;
            }

            await Task.Delay(Pauses[tried], _time, _stop.Token);
        }
    }

    private async Task<string?> TryAsync(Uri url, byte[] json)
    {
        using var limit = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            using var content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? null : FormattableString.Invariant($"{url.Authority} answered {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return FormattableString.Invariant($"{url.Authority} did not answer within {Timeout.TotalSeconds} seconds");
        }
        catch (HttpRequestException error)
        {
            return $"{url.Authority} could not be reached: {error.HttpRequestError}";
        }
        catch (Exception unexpected) when (unexpected is not OperationCanceledException)
        {
            return $"{url.Authority} could not be told: {unexpected.GetType().Name}"; // those that come later are told all the same
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook of the alerts was not told, after three tries: {Failure}")]
    private static partial void LogFailed(ILogger logger, string failure);

    /// <summary>What is sent.</summary>
    private sealed record AlertMessage(
        string Rule, string Title, string State, string Source, double Value, double Threshold, string Unit, int? WindowMinutes, DateTimeOffset Started, DateTimeOffset? Ended);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(AlertMessage))]
    private sealed partial class MessageJson : JsonSerializerContext;
}
