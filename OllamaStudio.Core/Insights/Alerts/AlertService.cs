using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>
/// Watches the studio's own figures by the rules of the settings. It looks ten seconds after something happened, and every half minute while
/// a window still holds something or spans wait; where nothing happens nothing runs. Safe to use from any thread.
/// </summary>
public sealed partial class AlertService : IHostedService, IAlerts, IDisposable
{
    // Turns that end together are judged together.
    internal static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    // Windows slide while nothing ends: what was good leaves them too.
    internal static readonly TimeSpan Slide = TimeSpan.FromSeconds(30);

    private readonly ISettings _settings;
    private readonly AlertSamples _samples;
    private readonly IAlertStore _store;
    private readonly ITraceStore _traces;
    private readonly IExportMonitor _export;
    private readonly StalledExport _stalled;
    private readonly AlertWebhook _webhook;
    private readonly TimeProvider _time;
    private readonly ILogger<AlertService> _logger;
    private readonly ChangeSignal _changed;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly AlertWatches _watches = new();
    private readonly DateTimeOffset _madeAt;
    private volatile AlertsStatus _status;
    private ImmutableArray<AlertEntry> _history = [];
    private DateTimeOffset? _due;
    private IDisposable? _exportChanges;
    private bool _isReady;
    private long _lastId;

    /// <summary>Makes one that watches once it is started.</summary>
    public AlertService(ISettings settings, AlertSamples samples, IAlertStore store, ITraceStore traces, IExportMonitor export, AlertWebhook webhook, TimeProvider time, ILogger<AlertService> logger)
    {
        (_settings, _samples, _store, _traces, _export, _webhook, _time, _logger) = (settings, samples, store, traces, export, webhook, time, logger);
        _stalled = new StalledExport(export);
        _madeAt = time.GetUtcNow();
        _changed = new ChangeSignal(time);
        _timer = time.CreateTimer(static state => ((AlertService)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _status = new AlertsStatus { Rules = _watches.Standings };
    }

    /// <inheritdoc />
    public AlertsStatus Current => _status;

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <summary>What was read at start; ends when watching has begun.</summary>
    internal Task Begun { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to watch, with the alerts and the windows that there were before the restart.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Begun = Task.Run(Begin, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _samples.Added -= OnSample;
        _settings.Changed -= EvaluateNow;
        _webhook.Changed -= Say;
        _exportChanges?.Dispose();
        _timer.Dispose();
        _changed.Dispose();
    }

    /// <summary>Forgets all alerts that are over, and begins with empty windows.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _samples.Clear();
            _history = [.. _history.Where(static entry => entry.Ended is null)];
        }

        EvaluateNow();
    }

    private void Begin()
    {
        try
        {
            var history = _store.Read();
            var now = _time.GetUtcNow();
            foreach (var sample in AlertSample.ReadStored(_traces, now).Where(sample => sample.End < _madeAt))
            {
                _samples.Add(sample);
            }

            lock (_gate)
            {
                _lastId = history.IsEmpty ? 0 : history.Max(static entry => entry.Id);
                foreach (var open in history.Where(static entry => entry.Ended is null))
                {
                    if (!_watches.TryResume(open))
                    {
                        // Of a rule that there is no more.
                        history = history.Replace(open, open with { Ended = now });
                    }
                }

                _history = history;
                _isReady = true;
            }
        }
        catch (Exception error)
        {
            // Without what was before, it still watches.
            LogNotRead(_logger, error.GetType(), error.StackTrace);
            lock (_gate)
            {
                _isReady = true;
            }
        }

        // Subscribed first: what comes in between is then looked at twice rather than missed.
        _samples.Added += OnSample;
        _settings.Changed += EvaluateNow;
        _webhook.Changed += Say;
        _exportChanges = _export.Subscribe(OnSample);
        EvaluateNow();
    }

    private void OnSample() => Arm(Settle);

    private void Arm(TimeSpan delay)
    {
        lock (_gate)
        {
            var due = _time.GetUtcNow() + delay;
            if (_due is { } earlier && earlier <= due)
            {
                return;
            }

            _due = due;
            try
            {
                _timer.Change(delay, Timeout.InfiniteTimeSpan);
            }
            catch (ObjectDisposedException)
            {
                // The studio ends.
            }
        }
    }

    private void OnDue()
    {
        lock (_gate)
        {
            _due = null;
        }

        EvaluateNow();
    }

    private void EvaluateNow()
    {
        try
        {
            Evaluate();
        }
        catch (Exception error)
        {
            // On a timer's thread, or inside of who saves settings: neither may suffer for it.
            LogFailed(_logger, error.GetType(), error.StackTrace);
        }
    }

    private void Evaluate()
    {
        List<AlertEntry> turned = [];
        lock (_gate)
        {
            if (!_isReady)
            {
                return;
            }

            var now = _time.GetUtcNow();
            var settings = _settings.Current.Alerts;
            var samples = _samples.Read();
            foreach (var kind in AlertKind.All)
            {
                var rule = kind.RuleIn(settings);
                turned.AddRange(_watches.Take(kind, rule, kind.HasWindow ? AlertFigure.OfSources(kind, rule, samples, now) : _stalled.Look(now), now, () => ++_lastId));
            }

            foreach (var entry in _watches.Open.Concat(turned.Where(static entry => entry.Ended is not null)))
            {
                var known = _history.FirstOrDefault(one => one.Id == entry.Id);
                if (!Equals(known, entry))
                {
                    _history = known is null ? [entry, .. _history.Take(IAlertStore.Most - 1)] : _history.Replace(known, entry);
                }
            }

            Plan(now, isSliding: !samples.IsEmpty || _stalled.IsAnythingWaiting);
        }

        Say();
        foreach (var entry in turned)
        {
            var kind = AlertKind.Find(entry.Rule)!;
            LogTurned(_logger, entry.Ended is null ? "began" : "is over", kind.Title, entry.Source, entry.Value, entry.Threshold);
            _webhook.Send(kind, entry);
            _ = SaveAsync(entry);
        }
    }

    private void Plan(DateTimeOffset now, bool isSliding)
    {
        var next = _watches.Next - now;
        if (isSliding && !(next < Slide))
        {
            next = Slide;
        }

        if (next is { } delay)
        {
            Arm(delay);
        }
    }

    private void Say()
    {
        lock (_gate)
        {
            var status = new AlertsStatus { Rules = _watches.Standings, History = _history, IsCut = _samples.IsCut, WebhookFailure = _webhook.Failure };
            var before = _status;
            _status = status;
            if (before.Rules.SequenceEqual(status.Rules) && before.History == status.History && (before.IsCut, before.WebhookFailure) == (status.IsCut, status.WebhookFailure))
            {
                return;
            }
        }

        _changed.Raise();
    }

    private async Task SaveAsync(AlertEntry entry)
    {
        try
        {
            await _store.SaveAsync(entry);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotSaved(_logger, error.GetType(), error.StackTrace);
        }
        catch (OperationCanceledException)
        {
            // The studio ended before it was stored: the alert begins anew when it is started.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alert {Turn}: {Title} ({Source}), {Value} against a limit of {Limit}")]
    private static partial void LogTurned(ILogger logger, string turn, string title, string source, double value, double limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "Alerts could not be judged: {ErrorType}\n{StackTrace}")]
    private static partial void LogFailed(ILogger logger, Type errorType, string? stackTrace);

    [LoggerMessage(Level = LogLevel.Error, Message = "Earlier alerts could not be read: {ErrorType}\n{StackTrace}")]
    private static partial void LogNotRead(ILogger logger, Type errorType, string? stackTrace);

    [LoggerMessage(Level = LogLevel.Error, Message = "An alert could not be stored: {ErrorType}\n{StackTrace}")]
    private static partial void LogNotSaved(ILogger logger, Type errorType, string? stackTrace);
}
