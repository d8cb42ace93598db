using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>How a person gets about by the keyboard, and sees where they are.</summary>
internal static class KeyboardSteps
{
    private const int MostTabs = 80;
    private const int MostLooks = 50;

    private const string FaultOfFocus = """
        () => {
          const focused = document.activeElement;
          const shown = focused.matches('.visually-hidden') ? focused.parentElement : focused;
          const box = shown.getClientRects()[0];
          const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
          const there = document.elementFromPoint(x, y);
          if (!there || !(shown.contains(there) || there.contains(shown))) return `${shown.outerHTML.slice(0, 200)} is out of sight, or under ${there?.outerHTML.slice(0, 200)}`;
          const border = shown.parentElement.querySelectorAll(':scope > .mud-input-outlined-border'); // which a field of MudBlazor's has beside it
          const rings = [shown, shown.parentElement, shown.parentElement.parentElement, ...border].filter((element) => {
            const style = getComputedStyle(element);
            return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow.includes('0px 0px 0px 1px');
          });
          const tree = getComputedStyle(shown.parentElement, '::after').borderTopWidth;
          return rings.length > 0 || parseFloat(tree) > 0 ? null : `nothing shows that ${shown.outerHTML.slice(0, 200)} has the keyboard`;
        }
        """;

    /// <summary>Goes there by the arrow key for the next.</summary>
    public static async Task ArrowToAsync(StudioPage page, ILocator wanted)
    {
        for (var press = 0; press < MostTabs; press++)
        {
            if (await HasItAsync(wanted))
            {
                await SeesItOnAsync(page, wanted);
                return;
            }

            await page.Page.Keyboard.PressAsync("ArrowDown");
        }

        Assert.Fail($"{wanted} is not reached by the arrows");
    }

    private static Task<bool> HasItAsync(ILocator element) => element.EvaluateAsync<bool>("element => element === document.activeElement");

    /// <summary>The keyboard is there, in sight, with nothing over it, and something shows that it is; as soon as the page has come to rest.</summary>
    public static async Task SeesItOnAsync(StudioPage page, ILocator wanted)
    {
        await Expect(wanted).ToBeFocusedAsync();
        string? fault = null;
        for (var look = 0; look < MostLooks; look++)
        {
            await StudioPage.SettleAsync(page.Page);
            fault = await page.Page.EvaluateAsync<string?>(FaultOfFocus);
            if (fault is null)
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail(fault);
    }

    /// <summary>Goes there by Tab, or by Shift+Tab.</summary>
    public static async Task TabToAsync(StudioPage page, ILocator wanted, string key)
    {
        await wanted.WaitForAsync();
        for (var press = 0; press < MostTabs; press++)
        {
            await page.Page.Keyboard.PressAsync(key);
            if (await HasItAsync(wanted))
            {
                await SeesItOnAsync(page, wanted);
                return;
            }
        }

        Assert.Fail($"{wanted} is not reached by {MostTabs} times {key}; the focus is on {await page.Page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 200)")}");
    }
}
