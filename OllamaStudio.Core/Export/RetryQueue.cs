using System.Net.Http.Headers;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Keeps requests that an endpoint could not take for the moment, and sends them again, oldest first: after a growing
/// pause, as soon as another request was accepted, and when the address was changed. The SDK would lose them at the first
/// failure. Their spans go on counting as waiting. Safe to use from any thread.
/// </summary>
internal sealed class RetryQueue : IDisposable
{
    /// <summary>Most requests kept; beyond it the oldest is given up.</summary>
    public const int MaxBatches = 64;

    /// <summary>Most bytes kept in all; beyond it the oldest are given up, and a request larger than it is not kept.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ExportLedger _ledger;
    private readonly Func<Destination?> _current;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly LinkedList<UnsentBatch> _batches = new();
    private readonly CancellationTokenSource _closing;
    private readonly CancellationToken _closed;
    private TimeSpan _pause = FirstPause;
    private ITimer? _timer;
    private UnsentBatch? _underWay;
    private long _bytes;
    private bool _isOpen;
    private bool _isSending;

    /// <summary>Makes one that keeps nothing until <see cref="Open"/>.</summary>
    /// <param name="ledger">Learns what became of the spans.</param>
    /// <param name="current">Gives the destination in force, to which is sent; null where there is none.</param>
    /// <param name="time">The clock of the pauses.</param>
    public RetryQueue(ExportLedger ledger, Func<Destination?> current, TimeProvider time)
    {
        _ledger = ledger;
        _current = current;
        _time = time;
        _closing = new CancellationTokenSource();
        _closed = _closing.Token;
    }

    /// <summary>Keeps a request for later; false where it may not be kept, and its spans are lost.</summary>
    public bool TryKeep(UnsentBatch batch)
    {
        List<UnsentBatch> givenUp = [];
        lock (_gate)
        {
            if (!_isOpen || batch.Body.Length > MaxBytes)
            {
                return false;
            }

            _batches.AddLast(batch);
            _bytes += batch.Body.Length;
            while ((_batches.Count > MaxBatches || _bytes > MaxBytes) && Oldest() is { } oldest && oldest != batch)
            {
                Remove(oldest);
                givenUp.Add(oldest);
            }

            Pause();
        }

        Lose(givenUp);
        return true;
    }

    /// <summary>Tries again now, rather than after the pause.</summary>
    public void SendNow()
    {
        lock (_gate)
        {
            if (_isSending || _batches.Count == 0)
            {
                return;
            }

            _isSending = true;
        }

        _ = Task.Run(SendAllAsync);
    }

    /// <summary>Begins to keep requests.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
        }
    }

    /// <summary>Keeps no further requests and gives up those kept. The one under way is let end.</summary>
    /// <returns>How many spans were given up.</returns>
    public int Close()
    {
        List<UnsentBatch> givenUp = [];
        lock (_gate)
        {
            _isOpen = false;
            while (Oldest() is { } oldest)
            {
                Remove(oldest);
                givenUp.Add(oldest);
            }
        }

        Lose(givenUp);
        return givenUp.Sum(batch => batch.TraceIds.Count);
    }

    /// <summary>Closes, and ends the request under way.</summary>
    public void Dispose()
    {
        Close();
        _closing.Cancel();
        _closing.Dispose();
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            using var suppressed = SuppressInstrumentationScope.Begin();
            while (Take() is { } batch)
            {
                var answer = _current() is { } destination ? await SendAsync(destination, batch) : new ExportAnswer { IsTransient = true };
                if (!Settle(batch, answer))
                {
                    return;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _underWay = null;
                _isSending = false;
                Pause();
            }
        }
    }

    private async Task<ExportAnswer> SendAsync(Destination destination, UnsentBatch batch)
    {
        using var handler = new OtlpHandler(destination.Plan);
        using var client = handler.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, destination.Plan.Endpoint) { Content = new ByteArrayContent(batch.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(OtlpHandler.ProtobufMediaType);
        foreach (var encoding in batch.Encoding)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        // The spans stay in the project they were made for, wherever they go now.
        ExportHttp.AddProject(batch.Project, request.Headers);
        using var attempt = destination.Health.Begin(destination.Plan.Host);
        try
        {
            using var response = await client.SendAsync(request, _closed);
        }
        catch (Exception failure)
        {
            handler.LastAnswer ??= ExportAnswerReader.Read(destination.Plan, failure);
        }

        var answer = handler.LastAnswer!;
        if (answer.Error is null)
        {
            attempt.Succeeded();
        }
        else if (!_closed.IsCancellationRequested)
        {
            attempt.Failed(answer);
        }

        return answer;
    }

    // False where there is no sense in sending the next one now.
    private bool Settle(UnsentBatch batch, ExportAnswer answer)
    {
        var lost = answer.Accepted ? (int)Math.Clamp(answer.Rejected, 0, batch.TraceIds.Count) : batch.TraceIds.Count;
        lock (_gate)
        {
            _underWay = null;
            if (!answer.Accepted && answer.IsTransient && _isOpen)
            {
                _pause = Min(_pause * 2, LongestPause);
                return false;
            }

            Remove(batch);
            _pause = FirstPause;
        }

        _ledger.Settled(batch.TraceIds, lost);
        return true;
    }

    private UnsentBatch? Take()
    {
        lock (_gate)
        {
            return _underWay = _batches.First?.Value;
        }
    }

    // The one under way may yet be accepted: it is not for giving up.
    private UnsentBatch? Oldest() => _batches.First?.Value is { } first && first != _underWay ? first : _batches.First?.Next?.Value;

    private void Remove(UnsentBatch batch)
    {
        _batches.Remove(batch);
        _bytes -= batch.Body.Length;
    }

    // A pause under way is not begun anew: batches that keep failing must not put off the next try.
    private void Pause()
    {
        if (_isOpen && !_isSending && _timer is null && _batches.Count > 0)
        {
            _timer = _time.CreateTimer(static held => ((RetryQueue)held!).EndPause(), this, _pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndPause()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }

        SendNow();
    }

    private void Lose(List<UnsentBatch> batches)
    {
        foreach (var batch in batches)
        {
            _ledger.Settled(batch.TraceIds, batch.TraceIds.Count);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>A request that the endpoint did not take, as it was sent.</summary>
/// <param name="Body">The serialized spans, with their resource.</param>
/// <param name="Encoding">Content encodings of the body, in their order; empty for none.</param>
/// <param name="Project">The project that the request names.</param>
/// <param name="TraceIds">The trace id of each span within.</param>
internal sealed record UnsentBatch(byte[] Body, IReadOnlyList<string> Encoding, string Project, IReadOnlyCollection<string> TraceIds);
