using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Says what was let go because the bounds of all conversations together were reached.</summary>
public static class LetGoText
{
    /// <summary>The sentence below the list.</summary>
    public static string Of(LetGo letGo)
    {
        var what = string.Join(", ", new[] { Count(letGo.Images, "image"), Count(letGo.Conversations, "conversation") }.OfType<string>());
        return $"Removed to save memory, oldest first: {what}. At most {ByteText.Of(Conversations.MaxBytes)} and {CountText.Of(Conversations.Capacity, "conversation")} are kept.";
    }

    private static string? Count(int count, string noun) => count == 0 ? null : CountText.Of(count, noun);
}
