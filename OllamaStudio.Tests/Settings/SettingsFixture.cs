using System.Text.Json.Nodes;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Settings;

/// <summary>A data folder of its own for one test, and services over it.</summary>
internal sealed class SettingsFixture : IDisposable
{
    private readonly List<SettingsService> _services = [];

    public DataFolder Folder { get; } = new(Path.Combine(Path.GetTempPath(), "ollama-studio-tests", Guid.NewGuid().ToString("N")));

    public string FilePath => Folder.Combine("settings.json");

    public RecordingLogger<SettingsService> Logger { get; } = new();

    public ReversingProtector Protector { get; } = new();

    public SettingsService Open(SettingsLayers? layers = null, ISecretProtector? protector = null, SettingCatalog? catalog = null)
    {
        var service = new SettingsService(catalog ?? Composition.CreateSettingCatalog(), layers ?? new(), Folder, protector ?? Protector, new FixedTime(), Logger);
        _services.Add(service);
        return service;
    }

    public void Write(string json)
    {
        Folder.Create();
        File.WriteAllText(FilePath, json);
    }

    public JsonObject Saved() => JsonNode.Parse(File.ReadAllText(FilePath))!.AsObject();

    public void Dispose()
    {
        foreach (var service in _services)
        {
            service.Dispose();
        }

        if (Directory.Exists(Folder.Path))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            Directory.Delete(Folder.Path, recursive: true);
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    }
}

/// <summary>Protects by turning the text round: readable by a test, but not the clear text.</summary>
internal sealed class ReversingProtector : ISecretProtector
{
    public bool KeyLost { get; set; }

    public string Protect(string secret) => KeyLost ? throw new InvalidOperationException("The key ring is gone.") : new([.. secret.Reverse()]);

    public string? TryUnprotect(string protectedSecret) => KeyLost ? null : new([.. protectedSecret.Reverse()]);
}
