using System.Globalization;

namespace OllamaStudio.Shared;

/// <summary>What is said about a search in conversations.</summary>
public static class SearchText
{
    /// <summary>That not all messages were looked through.</summary>
    /// <param name="lookedThrough">How many were, the newest ones.</param>
    public static string Reach(int lookedThrough) =>
        string.Create(CultureInfo.InvariantCulture, $"Only the newest {lookedThrough:N0} messages were looked through; type more to search all.");
}
