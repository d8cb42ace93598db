namespace OllamaStudio.Core.Spans;

/// <summary>Whoever wants to know of each span of this process as it ends, from the copy that feed and store get too.</summary>
public interface ISpanObserver
{
    /// <summary>A span ended. Runs inside of the instrumented code, on any thread: it must neither block nor throw.</summary>
    void Ended(SpanRecord span);
}
