using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Settings;
using OllamaStudio.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class DataProtectionTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_secret_protected_by_one_run_is_read_by_the_next_and_by_nobody_without_its_keys()
    {
        string sealedText;
        using (var first = Start())
        {
            sealedText = first.GetRequiredService<ISecretProtector>().Protect("px-live");
        }

        Assert.DoesNotContain("px-live", sealedText, StringComparison.Ordinal);
        using (var second = Start())
        {
            Assert.Equal("px-live", second.GetRequiredService<ISecretProtector>().TryUnprotect(sealedText));
            Assert.Null(second.GetRequiredService<ISecretProtector>().TryUnprotect("never protected"));
            Assert.Null(second.GetRequiredService<ISecretProtector>().TryUnprotect(sealedText[..^4] + "AAAA"));
        }

        Directory.Delete(_fixture.Folder.Combine(SettingsServices.KeysFolder), recursive: true);
        using var third = Start();
        Assert.Null(third.GetRequiredService<ISecretProtector>().TryUnprotect(sealedText));
    }

    [Fact]
    public void The_keys_are_their_owners_alone()
    {
        using var services = Start();
        services.GetRequiredService<ISecretProtector>().Protect("x");

        var keys = _fixture.Folder.Combine(SettingsServices.KeysFolder);
        Assert.NotEmpty(Directory.GetFiles(keys));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(keys), 8).ToString(CultureInfo.InvariantCulture));
        }
    }

    private ServiceProvider Start() =>
        new ServiceCollection().AddLogging().AddSingleton(_fixture.Folder).AddSettingsProtection().BuildServiceProvider();
}
