using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>The list of conversations: its search while they change below it, its window, and what a person does in it.</summary>
public sealed class ConversationListTests : ChatTestBase, IAsyncLifetime
{
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        _rig = await ChatRig.StartAsync(new Uri("http://127.0.0.1:9"));
        Services.AddMudBlazor();
        Services.AddSingleton(_rig.Store);
        Services.AddSingleton(_rig.Chat);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public void What_no_longer_matches_is_told_although_nobody_typed()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "Trip to Rome");
        var list = Render<ConversationList>();
        list.Find("[data-testid=conversation-search]").Input("harbour");
        list.WaitForAssertion(() => Assert.Contains("Nothing matches “harbour”", Said(list), StringComparison.Ordinal));

        _rig.Store.Rename(_rig.Conversation.Id, "The harbour of Ostia");
        list.WaitForAssertion(() => Assert.Single(list.FindAll("[data-testid=conversation-item]")));
        _rig.Store.Rename(_rig.Conversation.Id, "Trip to Rome");

        list.WaitForAssertion(() => Assert.Contains("Nothing matches “harbour”", Said(list), StringComparison.Ordinal));
        Assert.NotNull(list.Find("[data-testid=conversation-search-clear]"));
    }

    [Fact]
    public void What_tells_a_copy_from_its_original_is_not_cut_off_with_its_title()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "A question that is far too long for any list of conversations (branch)");
        var title = Render<ConversationList>().Find("[data-testid=conversation-item] > .title");

        Assert.Equal("A question that is far too long for any list of conversations (branch)", title.TextContent);
        Assert.Equal(" (branch)", title.QuerySelector(".copy")!.TextContent);
        Assert.DoesNotContain("(branch)", title.QuerySelector(".truncate")!.TextContent, StringComparison.Ordinal);

        Assert.Equal(("(copy)", ""), ConversationCopy.Part("(copy)"));
        Assert.Equal(("a (branch)", " (copy)"), ConversationCopy.Part("a (branch) (copy)"));
    }

    [Fact]
    public async Task Of_ten_thousand_the_rows_around_those_in_sight_are_drawn_and_each_knows_its_place()
    {
        for (var i = 0; i < 9_999; i++)
        {
            _rig.Store.Create();
        }

        var list = Render<ConversationList>();

        Assert.InRange(Titles(list).Count, 20, 200);
        Assert.Equal("10000", list.Find("[data-rows]").GetAttribute("data-row-count"));
        Assert.Equal(("10000", "2", "1"), (Rows(list)[1].GetAttribute("aria-setsize"), Rows(list)[1].GetAttribute("aria-posinset"), Rows(list)[1].QuerySelector("a")!.GetAttribute("data-row")));
        Assert.Equal(["0"], list.FindAll("[data-row][tabindex='0']").Select(static row => row.GetAttribute("data-row")));

        await list.InvokeAsync(() => list.Instance.OnViewport(9_000, 30));
        Assert.Equal((8_979, 9_048), (int.Parse(Rows(list)[0].QuerySelector("a")!.GetAttribute("data-row")!, CultureInfo.InvariantCulture), int.Parse(Rows(list)[^1].QuerySelector("a")!.GetAttribute("data-row")!, CultureInfo.InvariantCulture)));
        Assert.Equal($"height:{10_001 * 32}px;padding-top:{8_980 * 32}px", list.Find("ul").GetAttribute("style"));
    }

    [Fact]
    public void The_conversation_that_is_shown_is_brought_into_sight_once()
    {
        for (var i = 0; i < 100; i++)
        {
            _rig.Store.Create();
        }

        var list = Render<ConversationList>(parameters => parameters.Add(p => p.CurrentId, _rig.Conversation.Id));
        list.Render();

        Assert.Equal(101, Assert.Single(JSInterop.Invocations["studio.rows.reveal"]).Arguments[1]); // below a heading and the others
    }

    [Fact]
    public async Task The_one_menu_pins_puts_away_and_duplicates_and_the_keyboard_follows_the_row()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "older");
        var newer = _rig.Store.Create();
        _rig.Store.Rename(newer.Id, "newer");
        var list = Render<ConversationList>();
        Assert.Equal(["newer", "older"], Titles(list));
        Assert.Empty(list.FindAll("[role=menu]"));

        await ActAsync(list, _rig.Conversation.Id, "pin");
        Assert.Equal(["older", "newer"], Titles(list));
        Assert.Equal(["Pinned", "Today"], list.FindAll("h3").Select(static heading => heading.TextContent));
        Assert.Empty(list.FindAll("[role=menu]"));
        Assert.Equal(0, WentTo());

        await ActAsync(list, _rig.Conversation.Id, "duplicate");
        Assert.Equal(["older", "older (copy)", "newer"], Titles(list));
        Assert.Equal(1, WentTo());

        await ActAsync(list, newer.Id, "archive");
        Assert.Equal(["older", "older (copy)"], Titles(list));
        Assert.Equal(2, WentTo()); // what stands in its place
        Assert.Equal("Archived (1)", list.Find("[data-testid=conversations-archived]").TextContent.Trim());

        await list.InvokeAsync(() => list.Find("[data-testid=conversations-archived]").ClickAsync());
        Assert.Equal(["older", "older (copy)", "newer"], Titles(list));
        await MenuAsync(list, newer.Id);
        Assert.Equal(["rename", "tags", "duplicate", "archive", "markdown", "json", "delete"], list.FindAll("[role=menuitem]").Select(static item => item.GetAttribute("data-action")));
        await list.InvokeAsync(() => list.Find("[data-action=archive]").ClickAsync());
        Assert.Empty(list.FindAll("[data-testid=conversations-archived]"));

        int? WentTo() => (int?)JSInterop.Invocations["studio.rows.go"][^1].Arguments[1];
    }

    [Fact]
    public async Task A_search_finds_what_is_put_away_and_says_so()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "The harbour of Ostia");
        _rig.Store.Archive(_rig.Conversation.Id, isArchived: true);
        var list = Render<ConversationList>();
        Assert.Empty(Titles(list));

        await list.InvokeAsync(() => list.Find("[data-testid=conversation-search]").InputAsync("harbour"));

        list.WaitForAssertion(() => Assert.Equal("archived", Assert.Single(list.FindAll("[data-testid=conversation-item] .archived")).TextContent), TimeSpan.FromSeconds(30));
        Assert.Null(list.Find("[data-rows]").GetAttribute("data-row-count")); // rows of a search are not windowed
    }

    [Fact]
    public async Task Tags_are_typed_taken_away_and_lead_to_what_has_them()
    {
        _rig.Store.SetTags(_rig.Store.Create().Id, ["rome", "work"]);
        var list = Render<ConversationList>();
        await MenuAsync(list, _rig.Conversation.Id);
        await list.InvokeAsync(() => list.Find("[data-action=tags]").ClickAsync());
        Assert.Equal(["rome", "work"], Options());

        await TypeAsync("  Work ");
        await TypeAsync("two words");
        Assert.Equal(["Work", "two words"], Tags());
        Assert.Equal(["rome"], Options());

        await TypeAsync(new string('x', 51));
        Assert.Contains("at most 50 characters, and this one has 51", list.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal(new string('x', 51), Text().GetAttribute("value"));
        await list.InvokeAsync(() => Text().KeyDownAsync(new KeyboardEventArgs { Key = "Backspace" }));
        Assert.Equal(2, Tags().Length); // the field was not empty
        await list.InvokeAsync(() => Text().InputAsync(""));
        await list.InvokeAsync(() => Text().KeyDownAsync(new KeyboardEventArgs { Key = "Backspace" }));
        Assert.Equal(["Work"], Tags());
        Assert.Empty(list.FindAll("[role=alert]"));
        await TypeAsync("two words");
        await list.InvokeAsync(() => list.Find("[data-testid=tag-editor] [aria-label='Remove Work']").ClickAsync());
        Assert.Equal(["two words"], Tags());

        await list.InvokeAsync(() => list.Find("[data-closes-layer]").ClickAsync());
        Assert.Empty(list.FindAll("[data-testid=tag-editor]"));
        list.WaitForAssertion(() => Assert.Contains(list.FindAll("[data-testid=conversation-tag]"), static tag => tag.TextContent == "two words"), TimeSpan.FromSeconds(30));
        await list.InvokeAsync(() => list.FindAll("[data-testid=conversation-tag]").Single(static tag => tag.TextContent == "two words").ClickAsync());
        list.WaitForAssertion(() => Assert.Single(list.FindAll("[data-testid=conversation-item]")), TimeSpan.FromSeconds(30));
        Assert.Equal("tag:\"two words\"", list.Find("[data-testid=conversation-search]").GetAttribute("value"));

        AngleSharp.Dom.IElement Text() => list.Find("[data-testid=tag-editor-text]");
        string[] Tags() => [.. _rig.Conversation.Tags];
        string[] Options() => [.. list.FindAll("#tag-editor-known option").Select(static option => option.GetAttribute("value")!)];
        async Task TypeAsync(string tag)
        {
            await list.InvokeAsync(() => Text().InputAsync(tag));
            await list.InvokeAsync(() => list.Find("[data-testid=tag-editor] form").SubmitAsync());
        }
    }

    [Fact]
    public async Task While_the_pointer_is_on_the_list_no_row_moves_by_itself()
    {
        _rig.Store.Rename(_rig.Conversation.Id, "older");
        _rig.Store.Rename(_rig.Store.Create().Id, "newer");
        var list = Render<ConversationList>();
        await list.InvokeAsync(() => list.Find("[data-rows]").TriggerEventAsync("onpointerenter", new PointerEventArgs()));

        _rig.Store.Rename(_rig.Conversation.Id, "older, changed");
        _rig.Conversation.SelectModel("qwen3:8b");
        list.WaitForAssertion(() => Assert.Equal(["newer", "older, changed"], Titles(list)), TimeSpan.FromSeconds(30));

        await list.InvokeAsync(() => list.Find("[data-rows]").TriggerEventAsync("onpointerleave", new PointerEventArgs()));
        Assert.Equal(["older, changed", "newer"], Titles(list));
    }

    [Fact]
    public void A_temporary_chat_says_so()
    {
        _rig.Store.Create(isTemporary: true);

        Assert.Equal("Temporary: not stored, gone when the studio stops", Assert.Single(Render<ConversationList>().FindAll(".temporary")).GetAttribute("title"));
    }

    private static List<string> Titles(IRenderedComponent<ConversationList> list) => [.. list.FindAll("[data-testid=conversation-item] > .title").Select(static title => title.TextContent)];

    private static List<AngleSharp.Dom.IElement> Rows(IRenderedComponent<ConversationList> list) => [.. list.FindAll("li[aria-posinset]")];

    private static Task MenuAsync(IRenderedComponent<ConversationList> list, string id) => list.InvokeAsync(() => list.Find($"[data-menu-of='{id}']").ClickAsync());

    private static async Task ActAsync(IRenderedComponent<ConversationList> list, string id, string action)
    {
        await MenuAsync(list, id);
        await list.InvokeAsync(() => list.Find($"[data-action={action}]").ClickAsync());
    }

    private static string Said(IRenderedComponent<ConversationList> list) => list.Find("[role=status]").TextContent;
}
