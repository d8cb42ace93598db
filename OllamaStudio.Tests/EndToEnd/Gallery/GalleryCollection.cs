namespace OllamaStudio.Tests.EndToEnd.Gallery;

/// <summary>The gallery has a browser of its own: it takes minutes, and goes beside the other tests.</summary>
[CollectionDefinition(Name)]
public sealed class GalleryCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "Gallery";
}
