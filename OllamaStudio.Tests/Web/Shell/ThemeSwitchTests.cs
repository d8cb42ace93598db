using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Shared;
using OllamaStudio.Shell;

namespace OllamaStudio.Tests.Web.Shell;

/// <summary>The theme that is chosen before the page has said which one it has.</summary>
public sealed class ThemeSwitchTests : BunitContext
{
    private readonly StudioUi _ui = new();

    public ThemeSwitchTests()
    {
        Services.AddSingleton(_ui);
        JSInterop.SetupVoid("studio.setTheme", _ => true).SetVoidResult();
    }

    [Fact]
    public void The_one_that_was_chosen_holds_over_the_one_that_the_page_tells_late()
    {
        var kept = JSInterop.Setup<string?>("studio.theme");
        var button = Render<ThemeSwitch>();

        _ui.RequestTheme(Themes.Dark);
        var drawn = button.RenderCount;
        kept.SetResult(Themes.Light);
        button.WaitForState(() => button.RenderCount > drawn);

        Assert.StartsWith("Theme: dark.", button.Find("button").GetAttribute("title"), StringComparison.Ordinal);
        Assert.Equal(Themes.Dark, Assert.Single(JSInterop.Invocations["studio.setTheme"]).Arguments[0]);
    }

    [Fact]
    public void Where_none_was_chosen_it_shows_the_one_that_the_page_has()
    {
        JSInterop.Setup<string?>("studio.theme").SetResult(Themes.Light);

        var button = Render<ThemeSwitch>();

        button.WaitForAssertion(() => Assert.StartsWith("Theme: light.", button.Find("button").GetAttribute("title"), StringComparison.Ordinal));
    }
}
