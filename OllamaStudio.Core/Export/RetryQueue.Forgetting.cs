namespace OllamaStudio.Core.Export;

/// <content>What a person wants forgotten is sent nowhere any more, and stands in no file.</content>
internal sealed partial class RetryQueue
{
    // A person waits, and a request that is refused takes no longer.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Gives up all that is kept, lets go of what was accepted and is not proved, and keeps nothing until <see cref="Open"/>. The request under way
    /// loses its file; what comes of it is counted when it ends.
    /// </summary>
    public void ForgetAll()
    {
        Close();
        while (Proof?.LetGoOfOldest() == true)
        {
        }

        List<UnsentRequest> underWay;
        lock (_gate)
        {
            underWay = [.. _kept.FirstTries];
            if (_kept.UnderWay is { } again)
            {
                underWay.Add(again);
            }
        }

        underWay.ForEach(request => _spool?.Delete(request));
    }

    /// <summary>Ends when no request is under way: at once, or when its answer is there or its time is up.</summary>
    public async Task EndOfSendingAsync()
    {
        while (IsSending)
        {
            await Task.Delay(s_look, TimeProvider.System);
        }
    }

    private bool IsSending
    {
        get
        {
            lock (_gate)
            {
                return _isSending || _kept.FirstTries.Count > 0;
            }
        }
    }
}
