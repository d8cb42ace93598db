using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Support;

/// <summary>Baselines of a studio that has stored nothing.</summary>
internal static class NoBaselines
{
    /// <summary>Is never asked: there is nothing that was slower.</summary>
    public static CacheLossFinder CacheLosses { get; } = new(null!, null!);

    /// <summary>Finds none.</summary>
    public static BaselineReader Reader(TimeProvider time)
    {
        var database = new StudioDatabase(new DataFolder(Path.GetTempPath()), time, NullLogger<StudioDatabase>.Instance);
        return new BaselineReader(new CallStore(database), new RollupStore(database, time));
    }
}
