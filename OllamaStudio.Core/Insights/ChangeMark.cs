namespace OllamaStudio.Core.Insights;

/// <summary>
/// The first call of a model with something different from the call before it: figures on both sides are not of one kind. What a conversation sets
/// for itself, by hand or by a preset, is no change: another one goes on as before.
/// </summary>
/// <param name="Time">Start of that call, UTC.</param>
/// <param name="Model">The model.</param>
/// <param name="What">What is different.</param>
/// <param name="Before">What it was; null where nothing was set.</param>
/// <param name="After">What it is; null where nothing is set.</param>
public sealed record ChangeMark(DateTimeOffset Time, string Model, ChangeKind What, string? Before, string? After);

/// <summary>What changed.</summary>
public enum ChangeKind
{
    /// <summary>The server's version.</summary>
    Version,

    /// <summary>What the model's name stands for: other weights, another quantization.</summary>
    Digest,

    /// <summary>Tokens of context.</summary>
    Context,

    /// <summary>Another option that matters.</summary>
    Options,
}
