using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OllamaSharp.Models;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Ollama.Library;

/// <summary>
/// What a person does with the models of a server: gets, makes, copies, deletes, loads them. No page owns it: it goes on when the page is
/// left, and every page shows it. Each is done at the server that answered when it was asked for. What is under way when the studio ends is
/// given up; a deletion whose time was not over is not done. None of it is a turn. Safe to use from any thread.
/// </summary>
/// <param name="servers">The servers.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Says what was done, and what failed.</param>
public sealed partial class ModelLibrary(OllamaServers servers, TimeProvider time, ILogger<ModelLibrary> logger) : IDisposable
{
    /// <summary>Most pulls at once; further ones wait.</summary>
    public const int MostPulls = 3;

    /// <summary>Most that is kept: one more is refused until something is over, or closed by a person.</summary>
    public const int MostJobs = 50;

    /// <summary>How long a deletion can be undone.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(10);

    /// <summary>How long it is told that something is done.</summary>
    public static readonly TimeSpan DoneStay = TimeSpan.FromSeconds(10);

    // Often enough for a number that runs, seldom enough to draw a page by.
    private static readonly TimeSpan SignalInterval = TimeSpan.FromMilliseconds(400);

    private readonly Lock _gate = new();
    private readonly ChangeSignal _signal = new(time, SignalInterval);
    private readonly SemaphoreSlim _pulls = new(MostPulls, MostPulls);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private ImmutableArray<ModelJob> _jobs = [];
    private long _lastId;

    /// <summary>All of it, oldest first.</summary>
    public ImmutableArray<ModelJob> Jobs
    {
        get
        {
            lock (_gate)
            {
                return _jobs;
            }
        }
    }

    /// <summary>Calls <paramref name="changed"/> after <see cref="Jobs"/> became others, on a pool thread, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <summary>Pulls a model. One that is pulled already goes on; one that was paused or has failed is taken up again.</summary>
    /// <exception cref="OllamaException">The name cannot be one, or there is too much under way.</exception>
    public ModelJob Pull(string model)
    {
        model = Checked(model);
        lock (_gate)
        {
            if (_jobs.FirstOrDefault(job => job.Kind is ModelJobKind.Pull && job.State is not ModelJobState.Done && job.Server == servers.Status.Active && ModelNames.Same(job.Model, model)) is { } known)
            {
                Retry(known.Id);
                return known;
            }

            return Start(ModelJobKind.Pull, model, source: null, PullAsync);
        }
    }

    /// <summary>Makes a model of an installed one.</summary>
    /// <param name="model">The new one's name; one that is installed is replaced.</param>
    /// <param name="from">What it is made of.</param>
    /// <param name="system">Its system prompt; null or empty for that of the other.</param>
    /// <param name="parameters">What it has instead of the other's; see <see cref="ModelParameters"/>.</param>
    /// <exception cref="OllamaException">A name cannot be one, or there is too much under way.</exception>
    public ModelJob Create(string model, string from, string? system, IReadOnlyDictionary<string, object> parameters) =>
        Start(ModelJobKind.Create, Checked(model), Checked(from), async (entry, client, cancellationToken) =>
        {
            var request = new CreateModelRequest
            {
                Model = entry.Job.Model, From = entry.Job.Source, System = string.IsNullOrWhiteSpace(system) ? null : system,
                Parameters = parameters.Count > 0 ? parameters.ToDictionary() : null,
            };
            await foreach (var line in client.CreateModelAsync(request, cancellationToken))
            {
                Change(entry, job => job with { Status = line.Status }, cancellationToken);
            }
        });

    /// <summary>Gives an installed model a second name.</summary>
    /// <exception cref="OllamaException">A name cannot be one, or there is too much under way.</exception>
    public ModelJob Copy(string source, string destination) => Start(ModelJobKind.Copy, Checked(destination), Checked(source), static (entry, client, cancellationToken) =>
        client.CopyModelAsync(entry.Job.Source!, entry.Job.Model, cancellationToken));

    /// <summary>Deletes a model when <see cref="UndoTime"/> is over; until then <see cref="Close"/> undoes it, and nothing is done at the server.</summary>
    /// <exception cref="OllamaException">There is too much under way.</exception>
    public ModelJob Delete(string model)
    {
        lock (_gate)
        {
            return Of(model, ModelJobKind.Delete) is { IsActive: true } known ? known : Start(ModelJobKind.Delete, model, source: null, DeleteAsync);
        }
    }

    /// <summary>Brings a model into memory, or keeps one that is there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="keepAlive">How long it stays after it was last used; null for the server's default.</param>
    /// <param name="window">Tokens of its context where it is not there yet, as chats will ask for; null for the server's own.</param>
    /// <exception cref="OllamaException">There is too much under way.</exception>
    public ModelJob Load(string model, OllamaKeepAlive? keepAlive, int? window = null) => Start(ModelJobKind.Load, model, source: null, async (entry, client, cancellationToken) =>
    {
        // With the context that it has: with another one it would be loaded anew, and what keeps it would be gone.
        var (server, running) = (entry.Job.Server, servers.Status.Of(entry.Job.Server).FindRunning(model)?.ContextLength);
        var isAsked = running is null && window is not null;
        if (isAsked)
        {
            servers.Sending(server, model, window); // what it has then is not the server's own
        }

        await client.LoadModelAsync(model, keepAlive, (running ?? window) is { } context ? new OllamaOptions { NumCtx = context } : null, cancellationToken);
        if (isAsked)
        {
            servers.Answering(server, model);
        }
    });

    /// <summary>Takes a model out of memory, as soon as nobody uses it.</summary>
    /// <exception cref="OllamaException">There is too much under way.</exception>
    public ModelJob Unload(string model) => Start(ModelJobKind.Unload, model, source: null, static (entry, client, cancellationToken) => client.UnloadModelAsync(entry.Job.Model, cancellationToken));

    /// <summary>The newest that is done with that model of the server that answers, of that kind; null for nothing.</summary>
    public ModelJob? Of(string model, ModelJobKind kind) => Jobs.LastOrDefault(job => job.Kind == kind && job.Server == servers.Status.Active && ModelNames.Same(job.Model, model));

    /// <summary>Stops a pull, to be taken up again.</summary>
    public void Pause(string id)
    {
        if (Find(id) is { Job: { Kind: ModelJobKind.Pull, IsActive: true } } entry)
        {
            entry.Stop();
            Change(entry, static job => job with { State = ModelJobState.Paused });
        }
    }

    /// <summary>Takes up again what was paused or has failed.</summary>
    public void Retry(string id)
    {
        if (Find(id) is { Job.State: ModelJobState.Paused or ModelJobState.Failed } entry)
        {
            Begin(entry);
        }
    }

    /// <summary>Stops it and forgets it: cancels a pull, undoes a deletion whose time is not over, closes what has failed.</summary>
    public void Close(string id)
    {
        Entry? entry;
        lock (_gate)
        {
            if (!_entries.Remove(id, out entry))
            {
                return;
            }

            _jobs = _jobs.RemoveAll(job => job.Id == id);
        }

        entry.Stop();
        _signal.Raise();
    }

    /// <summary>Gives up what is under way.</summary>
    public void Dispose()
    {
        foreach (var job in Jobs)
        {
            Close(job.Id);
        }

        _signal.Dispose();
    }

    private static string Checked(string? name) => ModelNames.Fault(name) is { } fault ? throw new OllamaException(OllamaErrorKind.Refused, fault) : name!.Trim();
}
