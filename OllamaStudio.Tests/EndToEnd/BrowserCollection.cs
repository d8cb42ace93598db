namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Tests in a real browser share one, and run one after another: two cores are no place for several.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
