using Microsoft.Playwright;
using OllamaStudio.Shared;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Every kind of control of the settings, by the keyboard alone.</summary>
[Collection(PagesCollection.Name)]
public class KeyboardOfFormsInTheBrowserTests(BrowserFixture browser)
{
    private const string Typed = "The quick brown fox jumps over the lazy dog, 0123456789 times";

    [Fact]
    public async Task Text_that_is_typed_fast_is_all_there_and_Enter_saves_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await OpenAsync(studio, "Telemetry:ProjectName");
        var project = page.Page.GetByTestId("setting-project");
        var key = page.Page.GetByTestId("setting-api-key");
        await Expect(project).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Control+a");

        await page.Page.Keyboard.TypeAsync(Typed);
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(key).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync(Typed.Replace(" ", "", StringComparison.Ordinal));
        await Expect(project).ToHaveValueAsync(Typed);
        await Expect(key).ToHaveValueAsync(Typed.Replace(" ", "", StringComparison.Ordinal));
        await Expect(page.Page.Locator(".bar [role='status']")).ToHaveTextAsync("2 changes Phoenix project, API key. They take effect as soon as you save, without a restart.");

        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("settings-saved")).ToBeVisibleAsync();
        await Expect(key).ToBeFocusedAsync();
        await Expect(key).ToHaveValueAsync("");
        await Expect(page.Page.GetByTestId("destination-row")).ToContainTextAsync($"project {Typed}");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_late_answer_of_the_server_takes_no_letter_back_and_what_it_writes_itself_is_taken()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await OpenAsync(studio, "Telemetry:ProjectName");
        var project = page.Page.GetByTestId("setting-project");
        await Expect(project).ToBeFocusedAsync();
        // Blazor hears nothing of it: what it wrote by itself would come between what is written here.
        await project.EvaluateAsync("field => { for (const name of ['input', 'change']) field.addEventListener(name, event => event.stopPropagation()); }");
        await page.Page.Keyboard.PressAsync("Control+a");
        await page.Page.Keyboard.TypeAsync("abcd");

        // As blazor.web.js writes what was heard; no test can make the machine slow at the right moment.
        await WriteAsync("ab");
        await Expect(project).ToHaveValueAsync("abcd");
        await page.Page.Keyboard.TypeAsync("e");
        await Expect(project).ToHaveValueAsync("abcde");
        await WriteAsync("another");
        await Expect(project).ToHaveValueAsync("another");
        await WriteAsync("abcd");
        await Expect(project).ToHaveValueAsync("abcd");
        await page.Page.Keyboard.TypeAsync("e");
        await WriteAsync("");
        await Expect(project).ToHaveValueAsync("");

        await page.Page.Keyboard.TypeAsync("xyz");
        await page.Page.GetByTestId("setting-api-key").FocusAsync();
        await WriteAsync("xy");
        await Expect(project).ToHaveValueAsync("xy"); // nobody types there any more

        Task WriteAsync(string text) => project.EvaluateAsync("(field, text) => { field.value = text; }", text);
    }

    [Fact]
    public async Task What_is_wrong_with_a_number_stays_and_saving_leads_to_it_in_its_fold()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await OpenAsync(studio, "Telemetry:Batch:MaxExportBatchSize");
        var number = page.Page.GetByTestId("setting-batch");
        await Expect(number).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Control+a");
        await page.Page.Keyboard.TypeAsync("5000");

        // Folded again, by the keyboard.
        var summary = page.Page.Locator("#advanced summary[title^='Batches']");
        await summary.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(number).ToBeHiddenAsync();
        await Expect(number).ToHaveAttributeAsync("aria-invalid", "true", new() { Timeout = 30_000 }); // it was left, and that was told
        await page.Page.Keyboard.PressAsync("Control+s");

        await Expect(number).ToBeFocusedAsync(new() { Timeout = 30_000 });
        await Expect(number).ToHaveValueAsync("5000");
        await Expect(number).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Page.GetByTestId("setting-error")).ToHaveTextAsync("It may be at most the queue size, 2,048.");
        await Expect(page.Page.GetByTestId("setting-save")).ToBeEnabledAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_list_opens_chooses_by_the_arrows_and_closes_with_the_keyboard_still_on_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await OpenAsync(studio, "Ollama:Server");
        var server = page.Page.GetByTestId("setting-server");
        await Expect(server).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(server).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(server).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(server).ToBeFocusedAsync();
        await Expect(server).ToHaveValueAsync("Ollama");

        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(3);
        await page.Page.Keyboard.PressAsync("End");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(server).ToHaveValueAsync("Demo");
        await Expect(server).ToBeFocusedAsync();
        await Expect(page.Page.Locator(".bar [role='status']")).ToHaveTextAsync("1 change Which server answers. It takes effect as soon as you save, without a restart.");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_switch_is_switched_by_Space_and_by_Enter_which_sends_nothing()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await OpenAsync(studio, "Telemetry:Enabled");
        var enabled = page.Page.GetByTestId("destination-enabled");
        await Expect(enabled).ToBeFocusedAsync();
        await page.Page.GetByTestId("setting-project").FillAsync("kitchen");
        await enabled.FocusAsync();

        await page.Page.Keyboard.PressAsync("Space");
        await Expect(enabled).Not.ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(enabled).ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(enabled).Not.ToBeCheckedAsync();
        await Expect(page.Page.GetByTestId("destination-row")).Not.ToContainTextAsync("project kitchen");

        await page.Page.Keyboard.PressAsync("Control+s");
        await Expect(page.Page.GetByTestId("destination-row")).ToHaveAttributeAsync("data-state", "off");
        await Expect(page.Page.GetByTestId("destination-row")).ToContainTextAsync("project kitchen");
        await Expect(enabled).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_group_of_which_one_holds_is_one_stop_of_Tab_and_goes_by_the_arrows()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await OpenAsync(studio, "Telemetry:Capture");
        var level = page.Page.GetByRole(AriaRole.Radiogroup, new() { Name = "Message content" });
        await Expect(level).ToHaveAttributeAsync("data-testid", "setting-capture");
        await Expect(Radio("Preview")).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(Radio("Full")).ToBeFocusedAsync();
        await Expect(Radio("Full")).ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Radio("Off")).ToBeFocusedAsync();
        await Expect(Radio("Off")).ToBeCheckedAsync();
        await Expect(Radio("Full")).Not.ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Page.GetByTestId("setting-sampling-slider")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(Radio("Off")).ToBeFocusedAsync();
        page.AssertNoComplaints();

        ILocator Radio(string name) => level.GetByRole(AriaRole.Radio, new() { Name = name, Exact = true });
    }

    [Fact]
    public async Task The_slider_and_its_number_follow_each_other()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await OpenAsync(studio, "Telemetry:SamplingRatio");
        var slider = page.Page.GetByTestId("setting-sampling-slider");
        var number = page.Page.GetByTestId("setting-sampling-ratio");
        await Expect(number).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(slider).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(number).ToHaveValueAsync("0.98");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Control+a");
        await page.Page.Keyboard.TypeAsync("0.25");
        await Expect(slider).ToHaveValueAsync("0.25");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_status_bar_changes_at_once_and_leads_to_the_very_setting()
    {
        await using var studio = await StudioProcess.StartAsync(("PHOENIX_ENDPOINT", ""));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var status = page.Page.GetByTestId("status-capture");
        await Expect(page.Composer).ToBeFocusedAsync();
        await status.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Page.GetByRole(AriaRole.Radio, new() { Name = "Preview: the first 1,000 characters" })).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(status).ToHaveAttributeAsync("data-state", "off");
        await Expect(page.Page.GetByRole(AriaRole.Radio, new() { Name = "Off: lengths and counts only" })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");

        var level = page.Page.GetByTestId("setting-capture").GetByRole(AriaRole.Radio, new() { Name = "Off" });
        await Expect(level).ToBeFocusedAsync();
        await Expect(level).ToBeCheckedAsync();
        await Expect(level).ToBeInViewportAsync();
        await Expect(page.Page.Locator("nav a[aria-current]", new() { HasText = "Privacy and sampling" })).ToHaveCountAsync(1);

        // And from another setting of the same page.
        await page.Page.GetByTestId("status-export").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Set it up" }).Or(page.Page.GetByRole(AriaRole.Link, new() { Name = "Change, or send a test span" })).FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("setting-endpoint")).ToBeFocusedAsync();

        // The palette knows every setting, one in a fold too.
        await page.Page.Keyboard.PressAsync("Control+k");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("proxy login");
        await Expect(page.Page.GetByTestId("palette-entry")).ToHaveTextAsync(["Proxy loginOllama"]);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("setting-ollama-login")).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_setting_is_found_by_its_variable_in_its_fold_and_Escape_brings_all_back()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");
        var find = page.Page.GetByTestId("setting-find");
        var found = page.Page.GetByTestId("setting-found");
        var timeout = page.Page.GetByTestId("setting-timeout");
        await Expect(page.Page.Locator("nav a[aria-current]")).ToHaveCountAsync(2); // of the rail, and of the sections: the script is there
        await find.FocusAsync();

        await page.Page.Keyboard.TypeAsync("bsp export timeout");
        await Expect(found).ToHaveTextAsync("1 setting");
        await Expect(timeout).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("setting-ollama-host")).ToBeHiddenAsync();
        await Expect(page.Page.Locator("[data-sections] > a:visible")).ToHaveTextAsync(["Advanced"]);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(timeout).ToBeFocusedAsync();

        await find.FocusAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(find).ToHaveValueAsync("");
        await Expect(page.Page.GetByTestId("setting-ollama-host")).ToBeVisibleAsync();
        await Expect(timeout).ToBeHiddenAsync();

        await page.Page.Keyboard.TypeAsync("zebra");
        await Expect(found).ToHaveTextAsync("No setting matches “zebra”.");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_fault_lab_is_set_by_the_keyboard_alone()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings/faults");
        await page.Page.GetByTestId("fault-amount").FillAsync("0");
        await Expect(page.Page.GetByTestId("fault-amount")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.Page.GetByTestId("fault-select").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("c");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("fault-select")).ToHaveValueAsync("cut: The connection breaks in the middle of the answer.");
        await Expect(page.Page.GetByTestId("fault-select")).ToHaveAttributeAsync("aria-expanded", "false");

        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Page.GetByTestId("fault-once")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Page.GetByTestId("fault-standing")).ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.TypeAsync("0");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("fault-amount")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Page.GetByTestId("fault-amount")).ToHaveValueAsync("0");
        await page.Page.Keyboard.PressAsync("Backspace");
        await page.Page.Keyboard.TypeAsync("7");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("fault-armed")).ToContainTextAsync("cut=7 is on until it is switched off.");
        page.AssertNoComplaints();
    }

    private async Task<StudioPage> OpenAsync(StudioProcess studio, string key)
    {
        var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.GoAsync(SettingLink.To(key));
        return page;
    }
}
