using OllamaStudio.Core.Settings;
using OllamaStudio.Http;

namespace OllamaStudio.Tests.Http;

public sealed class AccessTokenFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DataFolder _folder = new(Path.Combine(Path.GetTempPath(), "ollama-studio-tests", Guid.NewGuid().ToString("N")));

    private string FilePath => _folder.Combine(AccessTokenFile.Name);

    [Fact]
    public void The_first_start_makes_a_token_that_later_ones_find()
    {
        var made = new AccessTokenFile(_folder).LoadOrCreate(out var warning);

        Assert.Null(warning);
        Assert.Equal(made.Value + "\n", File.ReadAllText(FilePath));
        Assert.Equal(made.Value, new AccessTokenFile(_folder).LoadOrCreate(out warning).Value);
        Assert.Null(warning);
        Assert.Equal([AccessTokenFile.Name], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Only_its_user_reads_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // there the profile's own rights hold
        }

        var made = new AccessTokenFile(_folder).LoadOrCreate(out _);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(FilePath));

        File.SetUnixFileMode(FilePath, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Equal(made.Value, new AccessTokenFile(_folder).LoadOrCreate(out _).Value);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(FilePath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("too-short\n")]
    [InlineData("two tokens that were-somehow-mixed\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public void A_file_that_holds_no_token_gets_a_new_one(string content)
    {
        _folder.Create();
        File.WriteAllText(FilePath, content);

        var token = new AccessTokenFile(_folder).LoadOrCreate(out var warning);

        Assert.Null(warning);
        Assert.Equal(token.Value + "\n", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_file_of_any_length_is_no_token()
    {
        _folder.Create();
        File.WriteAllText(FilePath, new string('a', 100_000));

        var token = new AccessTokenFile(_folder).LoadOrCreate(out _);

        Assert.Equal(token.Value + "\n", File.ReadAllText(FilePath));
    }

    [Theory]
    [InlineData("my-very-own-token")]
    [InlineData("my-very-own-token\r\n")]
    public void A_token_that_a_person_wrote_there_is_used(string content)
    {
        _folder.Create();
        File.WriteAllText(FilePath, content);

        Assert.Equal("my-very-own-token", new AccessTokenFile(_folder).LoadOrCreate(out _).Value);
        Assert.Equal(content, File.ReadAllText(FilePath));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_token_lasts_until_the_end()
    {
        // A file stands where the folder should be: that stops the system's own administrator as well.
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Path)!);
        File.WriteAllText(_folder.Path, "");
        try
        {
            var token = new AccessTokenFile(_folder).LoadOrCreate(out var warning);

            Assert.Null(AccessToken.FindFault(token.Value));
            Assert.Contains("OLLAMASTUDIO_TOKEN", warning, StringComparison.Ordinal);
            Assert.DoesNotContain(token.Value, warning, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_folder.Path);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder.Path))
        {
            Directory.Delete(_folder.Path, recursive: true);
        }
    }
}
