namespace OllamaStudio.Core.Export;

/// <content>It is switched off, and keeps what it has until it is on again.</content>
internal sealed partial class Destination
{
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
            _opening = Task.Run(() =>
            {
                _retries.Found(_spool.Read(names));
                if (_spool.SetAside is > 0 and var broken)
                {
                    LogSetAside(_logger, broken, _spool.Folder);
                    OnChanged();
                }
            });
        }
    }
}
