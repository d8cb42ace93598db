using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Components.Chat;

namespace OllamaStudio.Tests.Components.Chat;

public sealed class MarkdownViewTests : BunitContext
{
    private readonly Clock _clock = new();

    public MarkdownViewTests() => Services.AddSingleton<TimeProvider>(_clock);

    [Fact]
    public void A_long_text_is_drawn_the_more_seldom_while_it_grows_and_never_without_its_end()
    {
        var text = new string('x', 500_000);
        var view = Render<MarkdownView>(parameters => parameters.Add(p => p.Text, text).Add(p => p.IsGrowing, true));

        // Half a million characters are worth half a second.
        _clock.Now = TimeSpan.FromSeconds(0.4);
        view.Render(parameters => parameters.Add(p => p.Text, text + "early"));
        Assert.DoesNotContain("early", view.Markup, StringComparison.Ordinal);

        _clock.Now = TimeSpan.FromSeconds(0.6);
        view.Render(parameters => parameters.Add(p => p.Text, text + "early due"));
        Assert.Contains("early due", view.Markup, StringComparison.Ordinal);

        view.Render(parameters => parameters.Add(p => p.Text, text + "early due end").Add(p => p.IsGrowing, false));
        Assert.Contains("due end", view.Markup, StringComparison.Ordinal);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
