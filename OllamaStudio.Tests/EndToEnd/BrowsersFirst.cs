using Xunit.Abstractions;

[assembly: TestCollectionOrderer("OllamaStudio.Tests.EndToEnd.BrowsersFirst", "OllamaStudio.Tests")]

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The two long chains of tests in a browser begin at once, beside each other, and the many short tests fill what they leave.</summary>
public sealed class BrowsersFirst : ITestCollectionOrderer
{
    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(static collection => collection.DisplayName is BrowserCollection.Name or PagesCollection.Name);
}
