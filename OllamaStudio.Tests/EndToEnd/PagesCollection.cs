namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Tests in a real browser of all pages but the chat, and the gallery of all: they share one, beside the chat's.</summary>
[CollectionDefinition(Name)]
public sealed class PagesCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "pages";
}
