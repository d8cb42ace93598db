using Microsoft.Extensions.AI;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Tools;

public class ToolBoxTests
{
    [Fact]
    public void Names_that_clash_are_prefixed_with_their_source_but_the_studios_own_keep_theirs()
    {
        using var box = new ToolBox([new FakeSource(ToolBox.BuiltInSource, "add"), new FakeSource("my server", "add", "echo"), new FakeSource("other", "echo", "only")]);

        Assert.Equal(["add", "my_server_add", "my_server_echo", "other_echo", "only"], box.Tools.Select(tool => tool.Name));
    }

    [Fact]
    public void What_a_tool_is_remembered_by_does_not_depend_on_others()
    {
        var server = new FakeSource("server", "search");
        using var alone = new ToolBox([server]);
        using var crowded = new ToolBox([server, new FakeSource("other", "search")]);

        Assert.Equal("search", alone.Tools[0].Name);
        Assert.Equal("server_search", crowded.Tools[0].Name);
        Assert.Equal(alone.Tools[0].Id, crowded.Tools[0].Id);
    }

    [Fact]
    public void Names_stay_unique_and_within_their_length_even_where_sources_are_called_alike()
    {
        var name = new string('n', 60);
        using var box = new ToolBox([new FakeSource("a b", name), new FakeSource("a_b", name), new FakeSource("x", name)]);

        var names = box.Tools.Select(tool => tool.Name).ToList();
        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, unique => Assert.True(unique.Length <= ToolBox.MaxNameLength));
    }

    [Fact]
    public async Task A_renamed_tool_is_the_same_tool()
    {
        using var box = new ToolBox([new FakeSource("a", "echo"), new FakeSource("b", "echo")]);

        Assert.Equal("b", (await box.Tools[1].Function.InvokeAsync())?.ToString());
    }

    [Fact]
    public void A_source_that_changes_is_asked_again_until_the_box_is_gone()
    {
        var source = new FakeSource("server", "one");
        var box = new ToolBox([source]);
        var told = 0;
        box.Changed += () => told++;
        Assert.Single(box.Tools);

        source.Offer("one", "two");
        Assert.Equal(["one", "two"], box.Tools.Select(tool => tool.Name));
        Assert.Equal(1, told);

        box.Dispose();
        Assert.False(source.HasListeners);
    }

    [Fact]
    public void A_source_that_changes_while_it_is_read_is_read_again()
    {
        var source = new FakeSource("server", "one");
        using var box = new ToolBox([source]);
        source.WhileRead = () => source.Offer("one", "two");

        Assert.Equal(["one"], box.Tools.Select(tool => tool.Name));
        Assert.Equal(["one", "two"], box.Tools.Select(tool => tool.Name));
    }

    private sealed class FakeSource : IToolSource
    {
        private IReadOnlyList<StudioTool> _tools;
        private readonly string _name;

        public FakeSource(string name, params string[] tools)
        {
            _name = name;
            _tools = Make(tools);
        }

        public event Action? Changed;

        /// <summary>Done once, after what is returned was fixed.</summary>
        public Action? WhileRead { get; set; }

        public IReadOnlyList<StudioTool> Tools
        {
            get
            {
                var (tools, then) = (_tools, WhileRead);
                WhileRead = null;
                then?.Invoke();
                return tools;
            }
        }

        public bool HasListeners => Changed is not null;

        public void Offer(params string[] tools)
        {
            _tools = Make(tools);
            Changed?.Invoke();
        }

        private List<StudioTool> Make(string[] tools) =>
            [.. tools.Select(tool => new StudioTool { Function = AIFunctionFactory.Create(() => _name, tool), Source = _name })];
    }
}
