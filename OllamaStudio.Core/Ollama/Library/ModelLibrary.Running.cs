using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Ollama.Library;

/// <content>How it is done.</content>
public sealed partial class ModelLibrary
{
    private Entry? Find(string id)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(id);
        }
    }

    private ModelJob Start(ModelJobKind kind, string model, string? source, Work work)
    {
        Entry entry;
        lock (_gate)
        {
            if (_jobs.Length >= MostJobs)
            {
                throw new OllamaException(OllamaErrorKind.Refused, $"{MostJobs} things are under way already.", "Wait for one to end, or cancel one.");
            }

            // The same once more takes the place of what is over.
            foreach (var over in _jobs.Where(job => !job.IsActive && job.Kind == kind && job.Server == servers.Status.Active && ModelNames.Same(job.Model, model)))
            {
                _entries.Remove(over.Id);
                _jobs = _jobs.Remove(over);
            }

            entry = new Entry(new ModelJob { Id = $"{++_lastId}", Kind = kind, Model = model, Source = source, Server = servers.Status.Active, State = ModelJobState.Waiting }, work);
            _entries.Add(entry.Job.Id, entry);
            _jobs = _jobs.Add(entry.Job);
        }

        Begin(entry);
        return entry.Job;
    }

    private void Begin(Entry entry)
    {
        var run = entry.Renew();
        Change(entry, job => job with
        {
            State = ModelJobState.Waiting, Error = null, NextStep = null, Progress = null, Status = "", DueAt = job.Kind is ModelJobKind.Delete ? time.GetUtcNow() + UndoTime : null,
        });

        // None of it belongs to the span of who asked for it.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(entry, run), CancellationToken.None);
        }
    }

    private async Task RunAsync(Entry entry, CancellationToken run)
    {
        var job = entry.Job;
        try
        {
            // Held to the end: the server may be another one by then.
            using var lease = await servers.LeaseAsync(job.Server, run);
            if (job.Kind is not (ModelJobKind.Pull or ModelJobKind.Delete))
            {
                Change(entry, static job => job with { State = ModelJobState.Running }, run);
            }

            await entry.Work(entry, lease.Client, run);
            await servers.RefreshAsync(run);
            Change(entry, static job => job with { State = ModelJobState.Done }, run);
            LogDone(logger, job.Kind, job.Model);
            await Task.Delay(DoneStay, time, run);
            Close(job.Id);
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            // A person, or the studio's end.
        }
        catch (OllamaException error)
        {
            LogFailed(logger, job.Kind, job.Model, error.Message);
            Change(entry, now => now with { State = ModelJobState.Failed, Error = error.Message, NextStep = NextStep(job.Kind, error) }, run);
            servers.RequestLook(LookScope.All);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogBroke(logger, error, job.Kind, job.Model);
            Change(entry, now => now with { State = ModelJobState.Failed, Error = $"{error.GetType().Name}. The log says more." }, run);
        }
    }

    private async Task PullAsync(Entry entry, OllamaClient client, CancellationToken cancellationToken)
    {
        await _pulls.WaitAsync(cancellationToken);
        try
        {
            var meter = new PullMeter(time);
            Change(entry, static job => job with { State = ModelJobState.Running }, cancellationToken);
            await foreach (var line in client.PullModelAsync(entry.Job.Model, cancellationToken: cancellationToken))
            {
                var progress = meter.Add(line);
                Change(entry, job => job with { Status = line.Status, Progress = progress }, cancellationToken);
            }
        }
        finally
        {
            _pulls.Release();
        }
    }

    private async Task DeleteAsync(Entry entry, OllamaClient client, CancellationToken cancellationToken)
    {
        await Task.Delay(UndoTime, time, cancellationToken);
        Change(entry, static job => job with { State = ModelJobState.Running, DueAt = null }, cancellationToken);
        await client.DeleteModelAsync(entry.Job.Model, cancellationToken);
    }

    // What Ollama says in a stream leads to its log, which knows no more of a pull.
    private static string? NextStep(ModelJobKind kind, OllamaException error) => (kind, error.Kind) switch
    {
        (ModelJobKind.Pull, OllamaErrorKind.FailedMidStream) when error.Message.Contains("does not exist", StringComparison.OrdinalIgnoreCase) =>
            "Check the name and the tag: ollama.com/library has them all.",
        (ModelJobKind.Pull, OllamaErrorKind.FailedMidStream) => "Try again: what was loaded is kept.",
        _ => error.NextStep,
    };

    // Nothing happens where it is forgotten, or was stopped, and perhaps begun again.
    private void Change(Entry entry, Func<ModelJob, ModelJob> change, CancellationToken run = default)
    {
        lock (_gate)
        {
            if (run.IsCancellationRequested || !_entries.ContainsKey(entry.Job.Id))
            {
                return;
            }

            var before = entry.Job;
            entry.Job = change(before);
            _jobs = _jobs.Replace(before, entry.Job);
        }

        _signal.Raise();
    }

    private delegate Task Work(Entry entry, OllamaClient client, CancellationToken cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} of the model {Model} is done")]
    private static partial void LogDone(ILogger logger, ModelJobKind kind, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} of the model {Model} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, ModelJobKind kind, string model, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} of the model {Model} broke")]
    private static partial void LogBroke(ILogger logger, Exception error, ModelJobKind kind, string model);

    /// <summary>One of <see cref="Jobs"/> and what runs for it.</summary>
    private sealed class Entry(ModelJob job, Work work)
    {
        private CancellationTokenSource? _run;

        public ModelJob Job { get; set; } = job;

        public Work Work => work;

        /// <summary>Stops what runs, and is ready for the next run.</summary>
        public CancellationToken Renew()
        {
            var next = new CancellationTokenSource();
            Interlocked.Exchange(ref _run, next)?.Cancel();
            return next.Token;
        }

        /// <summary>Stops what runs, where something does.</summary>
        public void Stop() => Interlocked.Exchange(ref _run, null)?.Cancel();
    }
}
