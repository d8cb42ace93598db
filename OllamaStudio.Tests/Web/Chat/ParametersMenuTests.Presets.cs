using Bunit;

namespace OllamaStudio.Tests.Web.Chat;

/// <content>Presets.</content>
public sealed partial class ParametersMenuTests
{
    [Fact]
    public async Task A_preset_is_saved_chosen_told_from_what_was_changed_since_and_updated()
    {
        await OpenAsync();
        await TypeAsync("temperature", "0.1");
        await TypeAsync("system", "Be precise.");
        await PressAsync("preset-save-as");
        await _layers.InvokeAsync(() => _layers.Find("[data-testid=preset-name]").Change(" Precise "));
        await _layers.InvokeAsync(() => _layers.Find(".naming").Submit());
        _layers.WaitForAssertion(() => Assert.Equal("Saved as “Precise”.", About));
        Assert.Equal("Precise", _layers.Find("[data-testid=parameter-preset]").GetAttribute("value"));
        var kept = Assert.Single(Saved.Current.Chat.Presets);
        Assert.Equal(("Precise", "0.1", "Be precise."), (kept.Name, kept.Parameters["temperature"], kept.Parameters["system"]));

        await TypeAsync("seed", "9");
        await TypeAsync("temperature", "1");
        Assert.Equal("Not as in “Precise”: Temperature, Seed.", About);
        await PressAsync("preset-update");
        _layers.WaitForAssertion(() => Assert.Equal("“Precise” is what is set here now.", About));
        Assert.Equal("9", Saved.Current.Chat.Presets[0].Parameters["seed"]);
        await PressAsync("parameters-undo");
        _layers.WaitForAssertion(() => Assert.False(Saved.Current.Chat.Presets[0].Parameters.ContainsKey("seed")));

        await ChooseAsync("");
        Assert.True(_set.IsEmpty);
        await ChooseAsync("Precise");
        Assert.Equal("""{"preset":"Precise","system":"Be precise.","temperature":0.1}""", _set.ToJson());
        Assert.Equal("As in “Precise” now.", About);
    }

    [Fact]
    public async Task A_preset_keeps_the_tools_that_are_off_and_what_is_left_to_the_server()
    {
        await OpenAsync();
        await TypeAsync("temperature", "0.1");
        await PressAsync("parameters-make-default");
        _layers.WaitForAssertion(() => Assert.NotEmpty(_layers.FindAll("[data-testid=parameter-temperature-own]")));
        await _layers.InvokeAsync(() => _layers.Find("[data-testid=parameter-temperature-own]").Change(true));
        _toolsOff = ["files/read_file", "test/add"];
        await DrawAsync();
        Assert.StartsWith("Tools switched off: add, read_file.", _layers.Find("[data-testid=parameters-tools]").TextContent, StringComparison.Ordinal);

        await PressAsync("preset-save-as");
        await _layers.InvokeAsync(() => _layers.Find("[data-testid=preset-name]").Change("Bare"));
        await _layers.InvokeAsync(() => _layers.Find(".naming").Submit());
        _layers.WaitForAssertion(() => Assert.Equal("Saved as “Bare”.", About));
        var kept = Assert.Single(Saved.Current.Chat.Presets);
        Assert.Equal(("temperature", "files/read_file\ntest/add"), (kept.Parameters["servers_own"], kept.Parameters["tools_off"]));
        Assert.False(Assert.Single(Saved.Current.Chat.ModelDefaults).Parameters.ContainsKey("servers_own"));

        await ChooseAsync("");
        Assert.True(_set.IsEmpty);
        await ChooseAsync("Bare");
        Assert.Equal("""{"preset":"Bare","servers_own":["temperature"],"tools_off":["files/read_file","test/add"]}""", _set.ToJson());

        _set = _set.WithToolsOff(_toolsOff = ["test/add"]);
        await DrawAsync();
        await TypeAsync("seed", "1"); // what was said last is done with
        Assert.Equal("Not as in “Bare”: Seed, Tools.", About);
        await PressAsync("preset-update");
        _layers.WaitForAssertion(() => Assert.Equal("test/add", Saved.Current.Chat.Presets[0].Parameters["tools_off"]));
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused_and_nothing_is_saved()
    {
        await OpenAsync();
        await TypeAsync("seed", "1");
        await PressAsync("preset-save-as");
        await _layers.InvokeAsync(() => _layers.Find(".naming").Submit());

        _layers.WaitForAssertion(() => Assert.Contains("It needs a name.", About, StringComparison.Ordinal));
        Assert.Empty(Saved.Current.Chat.Presets);
        Assert.NotEmpty(_layers.FindAll("[data-testid=preset-name]"));
    }
}
