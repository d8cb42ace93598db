using System.IO.Compression;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export.Push;

/// <summary>
/// Sends metrics or logs to one destination, one request after the other and each once. Whoever hands one over never waits. What waits
/// is bounded by <see cref="MaxWaiting"/> and <see cref="MaxWaitingBytes"/>: beyond them the oldest lines are dropped and counted; of metrics
/// the newest request alone waits, for it holds what was in those before. Settings that change replace the connection. Safe to use from any thread.
/// </summary>
internal sealed partial class SignalSender : IDisposable
{
    /// <summary>Most requests of log lines that wait.</summary>
    public const int MaxWaiting = 16;

    /// <summary>Most bytes that these take together; a larger one waits alone.</summary>
    public const int MaxWaitingBytes = 8 * 1024 * 1024;

    private readonly TelemetrySignal _signal;
    private readonly AnsweredServers _answered;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _changed;
    private readonly Lock _gate = new();
    private readonly Queue<PushedRequest> _waiting = [];
    private Connection? _connection;
    private string? _fault;
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private long _waitingBytes;
    private (long Sent, long Failed, long Dropped) _counts;

    /// <summary>Makes one that sends nothing until <see cref="Use"/>.</summary>
    public SignalSender(TelemetrySignal signal, AnsweredServers answered, TimeProvider time, ILogger logger, Action changed) =>
        (_signal, _answered, _time, _logger, _changed) = (signal, answered, time, logger, changed);

    /// <summary>The standing now.</summary>
    public SignalStatus Current
    {
        get
        {
            lock (_gate)
            {
                var status = new SignalStatus(_signal) { Sent = _counts.Sent, Failed = _counts.Failed, Dropped = _counts.Dropped };
                return _fault is { } fault ? status with { State = ExportState.Failing, LastError = fault }
                    : _connection is not { Health.Current: var standing } connection ? status
                    : status with
                    {
                        State = standing.State, Endpoint = connection.Plan.Address, LastSuccess = standing.LastSuccess, LastFailure = standing.LastFailure, LastError = standing.LastError,
                    };
            }
        }
    }

    /// <summary>Whether it sends.</summary>
    public bool IsOn => Volatile.Read(ref _connection) is not null;

    /// <summary>Sends by that plan from now on; null sends nothing more. A request under way is let end.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="fault">Why there is none though there should be; null for nothing.</param>
    /// <returns>Whether it goes somewhere that it did not go before.</returns>
    public bool Use(ExportPlan? plan, string? fault = null)
    {
        lock (_gate)
        {
            _fault = fault;
            var before = _connection;
            if (plan is not null && before?.Plan is { } old && plan.SendsAs(old))
            {
                return false;
            }

            var goesOn = plan is not null && before is not null && plan.HasDestinationOf(before.Plan);
            _connection = plan is null ? null : new Connection(plan, goesOn ? before!.Health : HealthOf(plan), _time);
            if (!goesOn)
            {
                // What was meant for one place does not go to another.
                _counts.Dropped += _signal is TelemetrySignal.Metrics ? 0 : _waiting.Sum(static request => request.Count);
                _waiting.Clear();
                _waitingBytes = 0;
            }

            before?.Release();
            return plan is not null && !goesOn;
        }
    }

    /// <summary>Takes a request, to be sent by itself or lost.</summary>
    public void Offer(PushedRequest request)
    {
        lock (_gate)
        {
            if (_connection is null)
            {
                return;
            }

            if (_signal is TelemetrySignal.Metrics)
            {
                _waiting.Clear();
                _waitingBytes = 0;
            }

            _waiting.Enqueue(request);
            _waitingBytes += request.Body.Length;
            while (_waiting.Count > MaxWaiting || (_waitingBytes > MaxWaitingBytes && _waiting.Count > 1))
            {
                var oldest = _waiting.Dequeue();
                _waitingBytes -= oldest.Body.Length;
                _counts.Dropped += oldest.Count;
            }

            if (!_isSending)
            {
                _isSending = true;
                _sending = Task.Run(SendAllAsync);
            }
        }
    }

    /// <summary>Returns when nothing is under way and nothing waits.</summary>
    public Task SettleAsync()
    {
        lock (_gate)
        {
            return _sending;
        }
    }

    /// <summary>Ends at once, whatever is under way.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _waiting.Clear();
            _connection?.Dispose();
            _connection = null;
        }
    }

    private async Task SendAllAsync()
    {
        while (TakeNext() is var (request, connection))
        {
            using (var attempt = connection.Health.Begin(connection.Plan.Host))
            {
                var answer = await connection.SendAsync(request);

                // Before the standing, which tells whoever watches to look.
                lock (_gate)
                {
                    var lost = _signal is TelemetrySignal.Metrics ? (answer.Accepted ? 0 : request.Count) : answer.LostOf(request.Count);
                    _counts.Sent += request.Count - lost;
                    _counts.Failed += lost;
                }

                if (answer.Error is null)
                {
                    attempt.Succeeded();
                }
                else
                {
                    attempt.Failed(answer);
                }
            }

            connection.Release();
            _changed();
        }
    }

    private (PushedRequest Request, Connection Connection)? TakeNext()
    {
        lock (_gate)
        {
            if (_connection is not { } connection || !_waiting.TryDequeue(out var request))
            {
                _isSending = false;
                return null;
            }

            _waitingBytes -= request.Body.Length;
            connection.Hold();
            return (request, connection);
        }
    }

    private ExportHealth HealthOf(ExportPlan plan)
    {
        var (health, what) = (new ExportHealth(_time, plan.Endpoint, _answered), plan.Signal is TelemetrySignal.Metrics ? "Metrics" : "Log lines");
        health.Changed += _changed;
        health.Turned += (was, standing) =>
        {
            switch (standing.State)
            {
                case ExportState.Failing:
                    LogFailing(_logger, what, plan.Address, standing.LastError ?? "");
                    break;
                case ExportState.Waiting:
                    LogWaiting(_logger, plan.Address, what);
                    break;
                default:
                    LogArriving(_logger, what, plan.Address, was is ExportState.Failing ? " again" : "");
                    break;
            }
        };
        return health;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} do not reach {Endpoint}: {Error}")]
    private static partial void LogFailing(ILogger logger, string what, string endpoint, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing listens at {Endpoint} yet: {What} made until then are lost")]
    private static partial void LogWaiting(ILogger logger, string endpoint, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} reach {Endpoint}{Again}")]
    private static partial void LogArriving(ILogger logger, string what, string endpoint, string again);

    /// <summary>One plan at work: its client, and how its endpoint stands. It ends when it was replaced and nothing is being sent by it.</summary>
    private sealed class Connection(ExportPlan plan, ExportHealth health, TimeProvider time) : IDisposable
    {
        private readonly OtlpHandler _handler = new(plan, time);
        private HttpClient? _client;
        private int _users = 1;

        public ExportPlan Plan => plan;

        public ExportHealth Health => health;

        public void Hold() => Interlocked.Increment(ref _users);

        public void Release()
        {
            if (Interlocked.Decrement(ref _users) == 0)
            {
                Dispose();
            }
        }

        /// <summary>Sends it and says what came of it. Never throws.</summary>
        public async Task<ExportAnswer> SendAsync(PushedRequest request)
        {
            _handler.Reset();
            try
            {
                _client ??= _handler.CreateClient();
                var isZipped = plan.Compression is DestinationCompression.Gzip;
                using var message = ExportHttp.Post(plan.Endpoint, isZipped ? Zip(request.Body) : request.Body, isZipped ? "gzip" : null);
                using var response = await _client.SendAsync(message);
            }
            catch (Exception failure)
            {
                _handler.LastAnswer ??= ExportAnswerReader.Read(plan, failure);
            }

            return _handler.LastAnswer!;
        }

        public void Dispose()
        {
            _client?.Dispose();
            _handler.Dispose();
        }

        private static byte[] Zip(byte[] body)
        {
            using var zipped = new MemoryStream();
            using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
            {
                gzip.Write(body);
            }

            return zipped.ToArray();
        }
    }
}

/// <summary>A request of metrics or logs, as protobuf.</summary>
/// <param name="Body">An <c>ExportMetricsServiceRequest</c> or <c>ExportLogsServiceRequest</c>.</param>
/// <param name="Count">What it counts for: log lines; 1 for a push of metrics.</param>
internal sealed record PushedRequest(byte[] Body, int Count);
