using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Shared;

public sealed class DrawTurnsTests
{
    private readonly DrawTurns _turns = new();

    [Fact]
    public void What_changes_while_the_browser_draws_is_drawn_once_it_has_done_and_as_one()
    {
        Assert.True(_turns.Take());
        Assert.False(_turns.Take());
        Assert.False(_turns.Take());

        Assert.True(_turns.Drawn());
        Assert.False(_turns.Take());
        Assert.True(_turns.Drawn());
        Assert.False(_turns.Drawn());
    }

    [Fact]
    public void Once_nothing_waits_the_next_change_is_drawn_at_once()
    {
        Assert.True(_turns.Take());
        Assert.False(_turns.Drawn());

        Assert.True(_turns.Take());
    }
}
