namespace OllamaStudio.Core.Chat;

/// <content>The model calls that run.</content>
public sealed partial class ChatService : ICallsUnderWay
{
    private readonly PieceGaps _gaps = new();

    /// <inheritdoc />
    public TimeSpan? LongGapOf(string model) => _gaps.Percentile99(model);

    /// <inheritdoc />
    public CallUnderWay? CallOf(string replyId) => FindGeneration(replyId)?.Call;

    /// <inheritdoc />
    public IReadOnlyList<CallUnderWay> CallsAheadOf(string replyId) => FindGeneration(replyId) is { } waiting
        ? [.. _generations.Values.Where(waiting.IsBehind).Select(static generation => generation.Call).OfType<CallUnderWay>()]
        : [];

    private Generation? FindGeneration(string replyId) => _generations.GetValueOrDefault(replyId);
}
