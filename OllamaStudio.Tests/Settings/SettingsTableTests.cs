using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Settings;

public sealed class SettingsTableTests
{
    [Fact]
    public async Task The_READMEs_table_is_the_definitions_row_by_row()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "README.md"));
        var table = lines.SkipWhile(line => line != "| variable | meaning | default |").Skip(2).TakeWhile(line => line.StartsWith('|'));

        var rows = Composition.CreateSettingCatalog().All
            .Where(setting => setting.Meaning is not null)
            .Select(setting => $"| `{setting.Variables[0].Name}` | {setting.Meaning} | {setting.DescribeDefault()} |")
            .ToList();

        Assert.NotEmpty(rows);
        Assert.Equal(rows, table);
    }
}
