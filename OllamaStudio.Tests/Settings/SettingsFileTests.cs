using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class SettingsFileTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task File_and_folder_are_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await SaveRatio(_fixture.Open(), 0.5);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_fixture.FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_fixture.Folder.Path));

        File.SetUnixFileMode(_fixture.FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await SaveRatio(_fixture.Open(), 0.6);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_fixture.FilePath));
    }

    [Theory]
    [InlineData("{ \"Telemetry\": ")]
    [InlineData("")]
    [InlineData("[1, 2]")]
    [InlineData("\u0000\u0001")]
    [InlineData("{ \"Version\": 1, \"version\": 1 }")]
    [InlineData("{ \"Telemetry\": { \"Destinations\": [{ \"Endpoint\": \"http://a/\", \"endpoint\": \"http://b/\" }] } }")]
    public async Task A_damaged_file_is_kept_aside_with_a_warning_and_defaults_hold(string content)
    {
        _fixture.Write(content);

        var settings = _fixture.Open();

        Assert.Equal(new StudioSettings().ToString(), settings.Current.ToString());
        var aside = _fixture.FilePath + ".corrupt-20260304-050607";
        Assert.Equal(content, File.ReadAllText(aside));
        Assert.Contains(Path.GetFileName(aside), settings.LoadWarning, StringComparison.Ordinal);
        Assert.Contains(_fixture.Logger.Messages, message => message == settings.LoadWarning);

        Assert.Null((await SaveRatio(settings, 0.5)).StorageProblem);
        Assert.Equal(0.5, _fixture.Open().Current.Telemetry.SamplingRatio);
        Assert.Equal(content, File.ReadAllText(aside));
    }

    [Fact]
    public void Two_damaged_files_in_one_second_are_both_kept()
    {
        _fixture.Write("first");
        _fixture.Open();
        _fixture.Write("second");
        _fixture.Open();

        Assert.Equal("first", File.ReadAllText(_fixture.FilePath + ".corrupt-20260304-050607"));
        Assert.Equal("second", File.ReadAllText(_fixture.FilePath + ".corrupt-20260304-050607-2"));
    }

    [Fact]
    public async Task A_crash_between_writing_and_renaming_leaves_the_old_file_in_force()
    {
        await SaveRatio(_fixture.Open(), 0.5);
        await File.WriteAllTextAsync(_fixture.FilePath + ".tmp", "{ \"Telemetry\": { \"Sampl");

        var settings = _fixture.Open();
        Assert.Equal(0.5, settings.Current.Telemetry.SamplingRatio);
        Assert.Null(settings.LoadWarning);

        Assert.Null((await SaveRatio(settings, 0.6)).StorageProblem);
        Assert.False(File.Exists(_fixture.FilePath + ".tmp"));
        Assert.Equal(0.6, _fixture.Open().Current.Telemetry.SamplingRatio);
    }

    [Fact]
    public async Task A_write_that_fails_leaves_the_old_file_and_the_new_value_in_force_and_is_made_up_for_later()
    {
        var settings = _fixture.Open();
        await SaveRatio(settings, 0.5);

        // A folder where the temporary file should go: the write cannot begin.
        Directory.CreateDirectory(_fixture.FilePath + ".tmp");
        var result = await SaveRatio(settings, 0.6);

        Assert.True(result.Succeeded);
        Assert.Contains("applies until the studio stops", result.StorageProblem, StringComparison.Ordinal);
        Assert.Equal(0.6, settings.Current.Telemetry.SamplingRatio);
        Assert.Equal(0.5, _fixture.Open().Current.Telemetry.SamplingRatio);

        Directory.Delete(_fixture.FilePath + ".tmp");
        Assert.Null((await SaveRatio(settings, 0.6)).StorageProblem);
        Assert.Equal(0.6, _fixture.Open().Current.Telemetry.SamplingRatio);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_leaves_settings_in_memory()
    {
        // A file stands where the folder should be; a mode would not stop a test that runs as root.
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Folder.Path)!);
        await File.WriteAllTextAsync(_fixture.Folder.Path, "");
        try
        {
            var settings = _fixture.Open();

            Assert.Contains("OLLAMASTUDIO_DATA", settings.LoadWarning, StringComparison.Ordinal);
            Assert.NotNull((await SaveRatio(settings, 0.5)).StorageProblem);
            Assert.Equal(0.5, settings.Current.Telemetry.SamplingRatio);
        }
        finally
        {
            File.Delete(_fixture.Folder.Path);
        }
    }

    [Fact]
    public async Task Properties_that_are_not_known_survive_a_save()
    {
        _fixture.Write("""{ "Version": 1, "Plugins": { "a": [1, 2] }, "Telemetry": { "SamplingRatio": 0.1, "Later": true } } // by hand""");

        await SaveRatio(_fixture.Open(), 0.2);

        var saved = _fixture.Saved();
        Assert.Equal("[1,2]", saved["Plugins"]!["a"]!.ToJsonString());
        Assert.True(saved["Telemetry"]!["Later"]!.GetValue<bool>());
        Assert.Equal(0.2, saved["Telemetry"]!["SamplingRatio"]!.GetValue<double>());
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_used_as_far_as_known_and_kept_before_it_is_overwritten()
    {
        const string Newer = """{ "Version": 9, "Telemetry": { "SamplingRatio": 0.1 } }""";
        _fixture.Write(Newer);

        var settings = _fixture.Open();
        Assert.Equal(0.1, settings.Current.Telemetry.SamplingRatio);
        Assert.Contains("newer version", settings.LoadWarning, StringComparison.Ordinal);
        Assert.Equal(Newer, File.ReadAllText(_fixture.FilePath));

        await SaveRatio(settings, 0.2);
        await SaveRatio(settings, 0.3);
        Assert.Equal(Newer, File.ReadAllText(_fixture.FilePath + ".version-9"));
        Assert.Equal(2, _fixture.Saved()["Version"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_saved_value_that_makes_no_sense_is_reported_and_the_rest_is_used()
    {
        _fixture.Write("""{ "Telemetry": { "SamplingRatio": 7, "ServiceName": { "a": { "b": 1 } }, "ProjectName": "kept" } }""");

        var settings = _fixture.Open();

        Assert.Equal((1, "ollama-client", "kept"),
            (settings.Current.Telemetry.SamplingRatio, settings.Current.Telemetry.ServiceName, settings.Current.Telemetry.Destination.ProjectName));
        Assert.Equal([SettingKeys.ServiceName, SettingKeys.SamplingRatio], settings.Faults.Select(fault => fault.Key));
        Assert.All(settings.Faults, fault => Assert.Equal("settings.json", fault.Source));

        await SaveRatio(settings, 0.5);
        Assert.Equal(SettingKeys.ServiceName, Assert.Single(settings.Faults).Key);
    }

    [Fact]
    public void The_data_folder_is_the_variables_else_in_the_home_folder()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        Assert.Equal(Path.Combine(home, ".ollama-studio"), DataFolder.Resolve(HostSettings.Read(new())).Path);
        Assert.Equal(Path.Combine(home, "x"), Resolve("~/x"));
        Assert.Equal(Path.Combine(Directory.GetCurrentDirectory(), "here"), Resolve("here"));

        static string Resolve(string value) =>
            DataFolder.Resolve(HostSettings.Read(new() { Environment = new Dictionary<string, string> { ["OLLAMASTUDIO_DATA"] = value } })).Path;
    }

    [Fact]
    public void A_usable_data_folder_has_no_problem_and_is_left_clean()
    {
        Assert.Null(_fixture.Folder.FindProblem());
        Assert.Empty(Directory.GetFileSystemEntries(_fixture.Folder.Path));
    }

    private static Task<SettingsSaveResult> SaveRatio(SettingsService settings, double ratio) => settings.SaveAsync(
        current => current with { Telemetry = current.Telemetry with { SamplingRatio = ratio } }, CancellationToken.None);
}
