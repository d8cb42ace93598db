using Microsoft.Extensions.AI;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools;

public class BuiltInToolsTests
{
    private readonly ManualTime _clock = new();

    [Theory]
    [InlineData("5 + 3", "8")]
    [InlineData("5 - 3", "2")]
    [InlineData("5 * 3", "15")]
    [InlineData("5 / 3", "1.6666666666666666666666666667")]
    [InlineData("5.50 + 3", "8.5")]
    public async Task Results_are_exact_and_without_zeros_at_their_end(string expression, string result) =>
        Assert.Equal(result, await InvokeAsync("calculate", ("expression", expression)));

    [Fact]
    public async Task Division_by_zero_is_said_in_words() =>
        Assert.Contains("Division by zero", (await Assert.ThrowsAsync<DivideByZeroException>(() => InvokeAsync("calculate", ("expression", "1 / 0")))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_time_is_told_in_the_zone_that_is_asked_for()
    {
        var berlin = TimeZoneInfo.ConvertTime(_clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        var told = await InvokeAsync("get_current_time", ("timezone", "Europe/Berlin"));

        Assert.StartsWith(berlin.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture), told, StringComparison.Ordinal);
        Assert.Contains("Europe/Berlin", told, StringComparison.Ordinal);
        Assert.NotEmpty(await InvokeAsync("get_current_time"));
        await Assert.ThrowsAsync<ArgumentException>(() => InvokeAsync("get_current_time", ("timezone", "Mars/Olympus")));
    }

    [Fact]
    public void All_of_them_only_read_and_say_what_they_take()
    {
        var tools = new BuiltInTools(_clock).Tools;

        Assert.Equal(["calculate", "get_current_time"], tools.Select(tool => tool.Name));
        Assert.All(tools, tool => Assert.True(tool.IsReadOnly));
        var schema = tools[0].Function.JsonSchema;
        Assert.Equal(["expression"], schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("string", schema.GetProperty("properties").GetProperty("expression").GetProperty("type").GetString());
    }

    private async Task<string> InvokeAsync(string name, params (string Name, object? Value)[] arguments)
    {
        var tool = new BuiltInTools(_clock).Tools.Single(tool => tool.Name == name);
        var result = await tool.Function.InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(argument => argument.Name, argument => argument.Value)));
        return result!.ToString()!;
    }
}
