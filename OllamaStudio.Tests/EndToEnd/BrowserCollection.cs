namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// Tests in a real browser share one, and run one after another; those of other pages than the chat are <see cref="PagesCollection"/>.
/// Two browsers are what two cores have room for.
/// </summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
