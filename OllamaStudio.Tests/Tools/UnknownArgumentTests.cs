using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.BuiltIn;
using static OllamaStudio.Tests.Tools.AgentFixture;

namespace OllamaStudio.Tests.Tools;

/// <summary>Arguments that a tool's schema does not know: models guess names, and a tool that passes them over answers another question.</summary>
[Collection("telemetry")]
public sealed class UnknownArgumentTests : IDisposable
{
    private readonly AgentFixture _agent = new();

    public void Dispose() => _agent.Dispose();

    [Theory]
    [InlineData("get_current_time", "zone", "timezone")]
    [InlineData("calculate", "precision", "expression")]
    public async Task The_studios_own_tools_refuse_them_and_name_those_they_know(string tool, string unknown, string known)
    {
        await RunAsync(new BuiltInTools(_agent.Clock).Tools, Call(tool, "c1", ("expression", "1 + 1"), (unknown, "Europe/Berlin")));

        Assert.Equal(ToolCallState.Failed, _agent.Outcomes[0].State);
        Assert.Contains($"{tool} has no argument named {(tool == "calculate" ? "" : "expression, ")}{unknown}. The arguments of {tool} are: {known}.", _agent.Told("c1"), StringComparison.Ordinal);
        Assert.Equal("tool_arguments", _agent.Spans[$"execute_tool {tool}"].GetTagItem("error.type"));
    }

    [Theory]
    [InlineData("""{"properties":{"timezone":{}},"additionalProperties":false}""", "The arguments of look are: timezone.")]
    [InlineData("""{"additionalProperties":false}""", "look takes no arguments.")]
    public async Task A_schema_that_forbids_them_is_kept(string schema, string told)
    {
        var tool = new SchemaTool(schema);

        await RunAsync([tool.Tool], Call("look", "c1", ("zone", "UTC")));

        Assert.Equal(0, tool.Calls);
        Assert.Equal($"Error: look has no argument named zone. {told}", _agent.Told("c1"));
    }

    [Fact]
    public async Task Where_the_schema_leaves_it_open_the_call_runs_and_one_line_follows()
    {
        var tool = new SchemaTool("""{"properties":{"timezone":{}}}""");

        await RunAsync([tool.Tool], Call("look", "c1", ("zone", "UTC"), ("timezone", "UTC")));

        Assert.Equal(1, tool.Calls);
        Assert.Equal(ToolCallState.Succeeded, _agent.Outcomes[0].State);
        Assert.Equal("seen\n[The schema of look does not know zone. The arguments of look are: timezone.]", _agent.Told("c1"));
        Assert.Equal(true, _agent.Spans["execute_tool look"].GetTagItem("tool.success"));
    }

    [Theory]
    [InlineData("""{"properties":{"timezone":{}},"additionalProperties":true}""")]
    [InlineData("""{"properties":{"timezone":{}},"additionalProperties":{"type":"string"}}""")]
    [InlineData("""{"properties":{"timezone":{}},"patternProperties":{"^z":{}}}""")]
    [InlineData("""{"$ref":"#/$defs/look","$defs":{"look":{"properties":{"zone":{}}}}}""")]
    [InlineData("""{"properties":{"timezone":{}},"anyOf":[{"properties":{"zone":{}}}]}""")]
    [InlineData("""true""")]
    public async Task A_schema_that_may_know_them_says_nothing(string schema)
    {
        var tool = new SchemaTool(schema);

        await RunAsync([tool.Tool], Call("look", "c1", ("zone", "UTC")));

        Assert.Equal((1, "seen"), (tool.Calls, _agent.Told("c1")));
    }

    [Fact]
    public async Task A_required_one_that_lacks_is_an_error_even_where_others_are_open()
    {
        var tool = new SchemaTool("""{"properties":{"timezone":{}},"required":["timezone"],"additionalProperties":true}""");

        await RunAsync([tool.Tool], Call("look", "c1", ("zone", "UTC")));

        Assert.Equal(0, tool.Calls);
        Assert.Contains("lacks timezone", _agent.Told("c1"), StringComparison.Ordinal);
    }

    private Task<TurnResult> RunAsync(IEnumerable<StudioTool> tools, AIContent[] call) =>
        _agent.RunAsync([call, Say("ok")], turn => turn with { Tools = [.. tools] });

    /// <summary>A server's tool with a schema as a test writes it.</summary>
    private sealed class SchemaTool(string schema) : AIFunction
    {
        public int Calls { get; private set; }

        public StudioTool Tool => new() { Function = this, Source = "server", IsReadOnly = true };

        public override string Name => "look";

        public override JsonElement JsonSchema { get; } = JsonElement.Parse(schema);

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            Calls++;
            return new("seen");
        }
    }
}
