using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A receiver over HTTP and a folder for the spool, both gone after each test.</summary>
public abstract class ReceiverTestBase : IAsyncLifetime
{
    /// <summary>The folder of the studio.</summary>
    protected DataFolder Data { get; } = new(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);

    /// <summary>What spans are sent to.</summary>
    protected OtlpReceiver Receiver { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Receiver = await OtlpReceiver.StartAsync();

    public async Task DisposeAsync()
    {
        await Receiver.DisposeAsync();
        Directory.Delete(Data.Path, recursive: true);
    }
}
