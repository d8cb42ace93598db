namespace OllamaStudio.Traces;

/// <summary>The row at the head of a trace.</summary>
public sealed class TraceRow(SpanTree tree) : TreeRow(tree)
{
    /// <inheritdoc/>
    public override string Key => Tree.Trace.TraceId;
}
