using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Storage.Conversations;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat.Transfer;

/// <summary>A studio's data, above a real database.</summary>
internal sealed class TransferRig : IAsyncDisposable
{
    private readonly SettingsFixture _settings = new();

    public TransferRig() => Settings = _settings.Open();

    public ConversationRig Rig { get; } = new();

    public KeptSpans Spans { get; } = new();

    public SettingsService Settings { get; }

    public Task<ImportReport> ImportAsync(Stream file, IProgress<ImportProgress>? progress = null, bool withSettings = false, CancellationToken cancellationToken = default) =>
        new DataImport(Rig.Conversations, Spans, Settings, Rig.Time).RunAsync(file, withSettings, progress, cancellationToken);

    public async Task<MemoryStream> ExportAsync(bool withSettings = false)
    {
        var file = new MemoryStream();
        await new DataExport(Rig.Conversations, Settings, Rig.Time).WriteAsync(file, withSettings, progress: null, CancellationToken.None);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Rig.DisposeAsync();
        _settings.Dispose();
    }
}
