using Microsoft.Extensions.AI;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools;

public class BuiltInToolsTests
{
    private readonly ManualTime _clock = new();

    [Theory]
    [InlineData("add", "8")]
    [InlineData("subtract", "2")]
    [InlineData("multiply", "15")]
    [InlineData("divide", "1.6666666666666666666666666667")]
    public async Task The_four_operations_take_two_numbers(string tool, string result) =>
        Assert.Equal(result, await InvokeAsync(tool, ("a", 5), ("b", 3)));

    [Fact]
    public async Task Numbers_that_a_model_writes_as_text_are_taken() => Assert.Equal("8.5", await InvokeAsync("add", ("a", "5.50"), ("b", "3")));

    [Fact]
    public async Task Division_by_zero_is_said_in_words() =>
        Assert.Contains("Division by zero", (await Assert.ThrowsAsync<DivideByZeroException>(() => InvokeAsync("divide", ("a", 1), ("b", 0)))).Message, StringComparison.Ordinal);

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

        Assert.Equal(["add", "subtract", "multiply", "divide", "calculate", "get_current_time"], tools.Select(tool => tool.Name));
        Assert.All(tools, tool => Assert.True(tool.IsReadOnly));
        var schema = tools[0].Function.JsonSchema;
        Assert.Equal(["a", "b"], schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("number", schema.GetProperty("properties").GetProperty("a").GetProperty("type").GetString());
    }

    private async Task<string> InvokeAsync(string name, params (string Name, object? Value)[] arguments)
    {
        var tool = new BuiltInTools(_clock).Tools.Single(tool => tool.Name == name);
        var result = await tool.Function.InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(argument => argument.Name, argument => argument.Value)));
        return result!.ToString()!;
    }
}
