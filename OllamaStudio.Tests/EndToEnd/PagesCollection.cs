namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The other half of the tests in a real browser: of all pages but the chat, the gallery of all, and enough of the chat that both chains are as long.</summary>
[CollectionDefinition(Name)]
public sealed class PagesCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "pages";
}
