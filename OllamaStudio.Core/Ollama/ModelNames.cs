namespace OllamaStudio.Core.Ollama;

/// <summary>Names of models as Ollama reads them: a name without a tag means <c>:latest</c>, and case does not matter.</summary>
public static class ModelNames
{
    private const string DefaultTag = ":latest";

    /// <summary>Whether two names mean one model.</summary>
    public static bool Same(string left, string right) =>
        string.Equals(WithTag(left), WithTag(right), StringComparison.OrdinalIgnoreCase);

    /// <summary>The name as a person writes it: without <c>:latest</c>.</summary>
    public static string Display(string name) =>
        name.EndsWith(DefaultTag, StringComparison.OrdinalIgnoreCase) ? name[..^DefaultTag.Length] : name;

    // A colon before the last slash belongs to a registry's port, not to a tag.
    private static string WithTag(string name) =>
        name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + DefaultTag;
}
