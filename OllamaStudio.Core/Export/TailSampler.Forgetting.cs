namespace OllamaStudio.Core.Export;

/// <content>What a person wants forgotten is not held any more.</content>
internal sealed partial class TailSampler
{
    /// <summary>Leaves out all traces that are held, whatever the rules say, and what still comes of them.</summary>
    public void Forget() => Work(settled =>
    {
        while (_held.Oldest is { } oldest)
        {
            _leftOut++;
            _leftOutSpans += oldest.Spans.Count;
            _held.Remove(oldest);
            Remember(oldest.TraceId.ToHexString(), isKept: false);
            settled.Add((oldest, false));
        }
    });
}
