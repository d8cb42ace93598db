using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// The settings in force, put together from their layers (highest first: command line, environment, what was saved,
/// appsettings.json, defaults), and their change. Safe to use from any thread.
/// </summary>
public sealed partial class SettingsService : ISettings, IDisposable
{
    private readonly SettingsFile _file;
    private readonly ILogger<SettingsService> _logger;
    private readonly SettingsComposition _atStart;
    private readonly SemaphoreSlim _saving = new(1, 1);
    private volatile StudioSettings _current;
    private ImmutableArray<SettingFault> _faults;
    private bool _unwritten;

    /// <summary>Reads the layers and the saved file. Never fails: what is wrong is in <see cref="Faults"/> and <see cref="LoadWarning"/>, and logged.</summary>
    public SettingsService(
        SettingCatalog catalog, SettingsLayers layers, DataFolder folder, ISecretProtector protector, TimeProvider time, ILogger<SettingsService> logger)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(folder);
        Catalog = catalog;
        _logger = logger;
        _file = new(folder, protector, time);
        _file.Load();
        foreach (var moved in catalog.OfStudio.Where(setting => setting.StoredAt is not null))
        {
            // What stands under the former key was written by an older studio, or a person, after the studio that moved it.
            _file.Document.Move(moved.Key, moved.FilePath);
        }

        LoadWarning = _file.Warning ?? folder.FindProblem();

        _atStart = SettingsComposition.Of(catalog, layers, _file.Document);
        _current = _atStart.Current;
        _faults = _atStart.Faults;
        if (LoadWarning is { } warning)
        {
            LogLoadWarning(warning);
        }

        foreach (var fault in _faults)
        {
            LogFault(catalog[fault.Key].Label, fault.Source, fault.Message);
        }
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <summary>What can be set.</summary>
    public SettingCatalog Catalog { get; }

    /// <inheritdoc/>
    public StudioSettings Current => _current;

    /// <summary>Values that make no sense and were passed over, wherever they come from. A saved one goes when its setting is saved anew.</summary>
    public ImmutableArray<SettingFault> Faults => ImmutableInterlocked.InterlockedCompareExchange(ref _faults, default, default);

    /// <summary>What a person must know about the saved file (damaged, unreadable, from a newer version) or its folder (not writable); null where all is well.</summary>
    public string? LoadWarning { get; }

    /// <summary>What fixes a setting, as a person wrote it (<c>OTEL_SERVICE_NAME</c>, <c>--OLLAMA_HOST</c>); null where it can be changed.</summary>
    /// <param name="key">One of the catalog's.</param>
    public string? FixedBy(string key) => _atStart.FixedBy.GetValueOrDefault(key);

    /// <summary>What would be wrong if these settings were saved: every fault, as <see cref="SaveAsync(Func{StudioSettings, StudioSettings}, CancellationToken)"/> would list them.</summary>
    public ImmutableArray<SettingFault> Check(StudioSettings wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return [.. Compare(wanted, []).Faults];
    }

    /// <summary>
    /// Changes the settings: all of it or, where anything is wrong, nothing. The new values are in force at once, and then
    /// written to disk; one save at a time. A change of a setting that is fixed is a fault.
    /// </summary>
    /// <param name="change">Makes the wanted settings of the present ones; may be called late, when earlier saves are through.</param>
    /// <param name="cancellationToken">Ends the wait for earlier saves; once in force, a change is not undone.</param>
    public Task<SettingsSaveResult> SaveAsync(Func<StudioSettings, StudioSettings> change, CancellationToken cancellationToken) => SaveAsync(change, [], cancellationToken);

    /// <summary>The same; see <see cref="SaveAsync(Func{StudioSettings, StudioSettings}, CancellationToken)"/>.</summary>
    /// <param name="change">Makes the wanted settings of the present ones; may be called late, when earlier saves are through.</param>
    /// <param name="given">Keys of secrets that a person gave anew, maybe the same: they go along to another <see cref="SettingDefinition.Server"/>.</param>
    /// <param name="cancellationToken">Ends the wait for earlier saves; once in force, a change is not undone.</param>
    public Task<SettingsSaveResult> SaveAsync(Func<StudioSettings, StudioSettings> change, IReadOnlyCollection<string> given, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(given);
        return ExclusivelyAsync(() => SaveAsync(change(_current), given), cancellationToken);
    }

    /// <summary>Forgets what was saved for one setting, readable or not, so that the layer beneath holds again.</summary>
    /// <param name="key">One of the catalog's.</param>
    /// <param name="cancellationToken">Ends the wait for earlier saves.</param>
    /// <exception cref="ArgumentException">There is no such setting.</exception>
    public Task<SettingsSaveResult> ResetAsync(string key, CancellationToken cancellationToken)
    {
        var setting = Catalog[key];
        return ExclusivelyAsync(
            () =>
            {
                var secrets = new List<string>();
                var next = FixedBy(key) is null ? Withhold(Catalog.Fit(setting.Carry(_atStart.Beneath, _current)), secrets, []) : _current;
                _file.Document.Remove(setting.FilePath);
                return PutInForceAsync(next, [key, .. secrets], Put(next, secrets));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _saving.Dispose();

    private async Task<SettingsSaveResult> ExclusivelyAsync(Func<Task<SettingsSaveResult>> work, CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _saving.Release();
        }
    }

    private Task<SettingsSaveResult> SaveAsync(StudioSettings wanted, IReadOnlyCollection<string> given)
    {
        var (next, changed, faults) = Compare(wanted, given);
        if (faults.Count > 0)
        {
            return Task.FromResult(new SettingsSaveResult { Faults = [.. faults] });
        }

        return PutInForceAsync(next, changed, Put(next, changed));
    }

    /// <summary>Puts into the file's document what changed.</summary>
    /// <returns>What could not be protected, in sentences.</returns>
    private List<string> Put(StudioSettings next, List<string> changed)
    {
        var problems = new List<string>();
        foreach (var setting in Catalog.OfStudio.Where(setting => changed.Contains(setting.Key)))
        {
            if (ReferenceEquals(setting.Carry(next, _atStart.Beneath), _atStart.Beneath))
            {
                _file.Document.Remove(setting.FilePath);
                continue;
            }

            try
            {
                setting.Save(next, _file.Document);
            }
            catch (Exception problem)
            {
                // Whatever keeps a secret from being protected must not keep the rest from being saved, nor the secret from being used.
                LogNotProtected(problem, setting.Label);
                problems.Add($"{setting.Label} could not be protected and so was not written: {problem.Message}");
            }
        }

        return problems;
    }

    /// <summary>Secrets do not go along to another server: what is not given anew with its address is taken away.</summary>
    private StudioSettings Withhold(StudioSettings next, List<string> changed, IReadOnlyCollection<string> given)
    {
        foreach (var secret in Catalog.OfStudio.Where(secret => secret.Server is not null && FixedBy(secret.Key) is null))
        {
            var without = secret.Withhold(_current, next);
            if (!ReferenceEquals(without, next) && !changed.Contains(secret.Key))
            {
                changed.Add(secret.Key); // what is given anew is saved for its new server
            }

            next = given.Contains(secret.Key) ? next : without;
        }

        return next;
    }

    /// <summary>What of <paramref name="wanted"/> differs from what is in force, tidied, and what is wrong with it.</summary>
    private (StudioSettings Next, List<string> Changed, List<SettingFault> Faults) Compare(StudioSettings wanted, IReadOnlyCollection<string> given)
    {
        var next = _current;
        var changed = new List<string>();
        var faults = new List<SettingFault>();
        foreach (var setting in Catalog.OfStudio)
        {
            var carried = setting.Carry(wanted, next);
            if (ReferenceEquals(carried, next))
            {
                continue;
            }

            if (FixedBy(setting.Key) is { } source)
            {
                faults.Add(new(setting.Key, null, $"It is fixed by {source}; change it there."));
                continue;
            }

            next = carried;
            changed.Add(setting.Key);
            if (setting.Check(next) is { } broken)
            {
                faults.Add(broken);
            }
        }

        next = Withhold(next, changed, given);
        foreach (var limit in Catalog.Limits)
        {
            if (limit.IsBroken(next) && !faults.Exists(fault => fault.Key == limit.Lesser.Key || fault.Key == limit.Greater.Key))
            {
                faults.Add(limit.Fault(next, FixedBy(limit.Lesser.Key) is not null));
            }
        }

        return (next, changed, faults);
    }

    private async Task<SettingsSaveResult> PutInForceAsync(StudioSettings next, List<string> changed, List<string> problems)
    {
        var differs = !ReferenceEquals(next, _current);
        if (changed.Count == 0 && !_unwritten)
        {
            return new();
        }

        _current = next;
        ImmutableInterlocked.Update(ref _faults, faults => faults.RemoveAll(fault => fault.Source == SettingsFile.Name && changed.Contains(fault.Key)));
        if (differs)
        {
            RaiseChanged();
        }

        if (await _file.WriteAsync() is { } problem)
        {
            problems.Add(problem);
        }

        _unwritten = problems.Count > 0;
        if (!_unwritten)
        {
            return new();
        }

        var storageProblem = $"{string.Join(' ', problems)} The change applies until the studio stops.";
        LogNotWritten(storageProblem);
        return new() { StorageProblem = storageProblem };
    }

    private void RaiseChanged()
    {
        foreach (var handler in Changed?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action)handler)();
            }
            catch (Exception broken)
            {
                // One listener's fault must keep neither the others from hearing nor the change from being written.
                LogHandlerFailed(broken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private partial void LogLoadWarning(string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} from {Source} is not used. {Reason}")]
    private partial void LogFault(string setting, string? source, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settings were not saved. {Problem}")]
    private partial void LogNotWritten(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} could not be protected.")]
    private partial void LogNotProtected(Exception problem, string setting);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to changed settings failed.")]
    private partial void LogHandlerFailed(Exception problem);
}
