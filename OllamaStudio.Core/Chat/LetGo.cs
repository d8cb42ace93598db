namespace OllamaStudio.Core.Chat;

/// <summary>What was let go because a bound was reached, since start.</summary>
/// <param name="Images">Images that tools had returned.</param>
/// <param name="Conversations">Whole conversations.</param>
public sealed record LetGo(int Images, int Conversations)
{
    /// <summary>Nothing so far.</summary>
    public static readonly LetGo Nothing = new(0, 0);
}
