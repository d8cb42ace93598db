namespace OllamaStudio.Core.Export;

/// <content>An endpoint that takes connections and never answers, or whose packets are dropped on the way.</content>
internal sealed partial class RetryQueue
{
    private bool _isSilent; // a new request was sent and not answered, and nothing was since

    /// <summary>
    /// Whether new requests are kept without a try: the endpoint asked not to be sent anything yet, or one is under way that takes long, or it is silent,
    /// and each would wait out its time while the next ones find no room. What is kept is then tried at the pace of the pauses, until something comes of it.
    /// </summary>
    public bool IsHeld
    {
        get
        {
            lock (_gate)
            {
                return _pause.IsHeld || _kept.IsTrying || (_isSilent && _kept.Next is not null);
            }
        }
    }

    // Only a new request tells of silence: one that is tried again may be the one that nobody answers, large as it is. Any answer ends it, and so does a
    // connection that is refused.
    private void Hear(ExportAnswer answer, UnsentRequest? asNew = null)
    {
        if (answer.IsUnsent)
        {
            return;
        }

        _isSilent = answer.IsSilence && (_isSilent || asNew is not null);
        if (_isSilent && asNew is not null)
        {
            _kept.PutBack(asNew);
        }
    }
}
