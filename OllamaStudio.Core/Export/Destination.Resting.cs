namespace OllamaStudio.Core.Export;

/// <content>It is switched off, and keeps what it has until it is on again.</content>
internal sealed partial class Destination
{
    private static readonly TimeSpan s_readAgain = TimeSpan.FromMinutes(1);

    private readonly Lock _unreadGate = new();
    private ITimer? _unread; // reads files of the spool again that could not be read
    private bool _isEnded;

    /// <summary>
    /// Sends nothing more while it is switched off. What was not taken is kept to its age, as what an earlier run left is, and goes on its way with
    /// <see cref="Use"/>. For one caller at a time.
    /// </summary>
    /// <param name="plan">What would be in force; null where that cannot be said.</param>
    public void Rest(ExportPlan? plan)
    {
        Replace(null, HandoverLimit);
        if (plan is not null)
        {
            _kept.MaxSpoolBytes = plan.Batch.MaxSpoolMegabytes * 1_000_000L;
            Open(plan);
        }
    }

    private void Open(ExportPlan plan)
    {
        _retries.Open(plan.Endpoint);
        if (_spool is not null && !_isOpened)
        {
            _isOpened = true;
            var names = _spool.List();
            _opening = Task.Run(() => Read(_spool, names));
        }
    }

    // What cannot be read for now is tried again: where somebody else looks through files (a scanner for viruses, a backup), that does not last.
    private void Read(Spool spool, IReadOnlyList<string> names)
    {
        var before = spool.SetAside;
        _retries.Found(spool.Read(names, out var unread));
        if (spool.SetAside > before)
        {
            LogSetAside(_logger, spool.SetAside, spool.Folder);
            OnChanged();
        }

        lock (_unreadGate)
        {
            _unread?.Dispose();
            _unread = unread.Count == 0 || _isEnded ? null : _time.CreateTimer(_ => Read(spool, unread), null, s_readAgain, Timeout.InfiniteTimeSpan);
        }
    }

    private void StopReading()
    {
        lock (_unreadGate)
        {
            _isEnded = true;
            _unread?.Dispose();
        }
    }
}
