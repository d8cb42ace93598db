using System.Collections.Immutable;
using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OllamaStudio.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>The models that the next message is asked of, in front of a server that says what they can.</summary>
public sealed class SeveralModelsTests : ChatTestBase, IAsyncLifetime
{
    private readonly List<(string Models, bool IsAtOnce)> _picked = [];
    private ScriptedServer _ollama = null!;
    private IRenderedComponent<MudPopoverProvider> _layers = null!;

    public async Task InitializeAsync()
    {
        _ollama = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.33.0"}""",
            "/api/tags" => """
                {"models":[{"name":"a:1","digest":"1","size":1,"capabilities":["completion"]},{"name":"b:1","digest":"2","size":1,"capabilities":["completion","vision"]},
                 {"name":"c:1","digest":"3","size":1,"capabilities":["completion","vision"]},{"name":"d:1","digest":"4","size":1,"capabilities":["completion"]},{"name":"e:1","digest":"5","size":1,"capabilities":["embedding"]}]}
                """,
            _ => "{}",
        }));
        Settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.AbsoluteUri, Server = ServerChoice.Ollama } });
        Services.AddMudBlazor();
        Services.AddSingleton<ICallStore>(Calls);
        await Services.GetRequiredService<OllamaServers>().RefreshAsync(default);
        _layers = Render<MudPopoverProvider>();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public void Two_or_three_are_picked_and_how_they_are_asked()
    {
        Calls.Past.AddRange(Enumerable.Range(0, 3).Select(number => Past(number, load: 4)).Append(Past(4, load: 0.02)));
        var button = Open();
        Assert.Equal(["a:1", "b:1", "c:1", "d:1"], Boxes().Select(box => box.GetAttribute("data-model"))); // an embedding model answers nothing
        Assert.Equal(["a:1"], Checked()); // the chat's own
        _layers.WaitForAssertion(() => Assert.Contains("loads in about 4.00 s", _layers.Find("label:has([data-model='b:1'])").TextContent, StringComparison.Ordinal));
        Assert.True(_layers.Find("[data-testid=several-use]").HasAttribute("disabled"));

        Box("b:1").Change(true);
        Box("d:1").Change(true);
        _layers.WaitForAssertion(() => Assert.Equal(["a:1", "b:1", "d:1"], Checked()));
        Assert.True(Box("c:1").HasAttribute("disabled")); // three are enough
        Box("a:1").Change(false);
        _layers.Find("[data-testid=several-at-once]").Change(true);
        _layers.WaitForAssertion(() => Assert.Equal("Ask these 2", _layers.Find("[data-testid=several-use]").TextContent));
        _layers.Find("[data-testid=several-use]").Click();

        _layers.WaitForAssertion(() => Assert.Equal([("b:1 d:1", true)], _picked));
        _layers.WaitForAssertion(() => Assert.Empty(_layers.FindAll("[data-testid=several-use]")));
        button.Render(parameters => parameters.Add(p => p.Picked, ["b:1", "d:1"]).Add(p => p.IsAtOnce, true));
        Assert.Equal("2 models", button.Find("[data-testid=several-models]").TextContent.Trim());
        Assert.Equal("The next message is asked of b:1 and d:1, at once", button.Find("[data-testid=several-models]").GetAttribute("title"));

        Assert.Empty(_layers.FindAll("[data-testid=several-tools]"));
        button.Render(static parameters => parameters.Add(p => p.HasTools, true));
        button.Find("[data-testid=several-models]").Click();
        _layers.WaitForAssertion(() => Assert.Contains("each model that can call them runs them", _layers.Find("[data-testid=several-tools]").TextContent, StringComparison.Ordinal));
        _layers.WaitForElement("[data-testid=several-clear]").Click();
        _layers.WaitForAssertion(() => Assert.Equal(("", true), _picked[^1]));
    }

    [Fact]
    public void An_image_goes_to_nobody_who_cannot_see_it()
    {
        Open(hasImages: true);
        Box("b:1").Change(true);

        Assert.Equal("a:1 reads no images. Pick another model in its place, or remove the image.", _layers.WaitForElement("[data-testid=several-fault]").TextContent.Trim());
        Assert.True(_layers.Find("[data-testid=several-use]").HasAttribute("disabled"));
        Box("a:1").Change(false);
        Box("c:1").Change(true);
        _layers.WaitForAssertion(() => Assert.Empty(_layers.FindAll("[data-testid=several-fault]")));
        Assert.False(_layers.Find("[data-testid=several-use]").HasAttribute("disabled"));
    }

    [Fact]
    public void While_something_is_waited_for_it_says_why_nobody_else_is_asked()
    {
        Open(reason: "Keep one of the replies first");

        Assert.Equal("Keep one of the replies first", _layers.Find(".note").TextContent);
        Assert.Empty(Boxes());
    }

    private IRenderedComponent<SeveralModels> Open(bool hasImages = false, string? reason = null)
    {
        var button = Render<SeveralModels>(parameters => parameters.Add(p => p.Model, "a:1").Add(p => p.HasImages, hasImages).Add(p => p.Reason, reason)
            .Add(p => p.OnPick, ((ImmutableArray<string> Models, bool IsAtOnce) pick) => _picked.Add((string.Join(' ', pick.Models), pick.IsAtOnce))));
        button.Find("[data-testid=several-models]").Click();
        _layers.WaitForAssertion(() => Assert.NotEmpty(_layers.FindAll("[role=dialog]")));
        return button;
    }

    private IReadOnlyList<AngleSharp.Dom.IElement> Boxes() => _layers.FindAll("[data-testid=several-model]");

    private AngleSharp.Dom.IElement Box(string model) => _layers.Find($"[data-testid=several-model][data-model='{model}']");

    private IEnumerable<string?> Checked() => Boxes().Where(static box => box.HasAttribute("checked")).Select(static box => box.GetAttribute("data-model"));

    private static MeasuredCall Past(int number, double load) => new()
    {
        TraceId = FormattableString.Invariant($"{number:x32}"), SpanId = FormattableString.Invariant($"{number:x16}"), StartTime = DateTimeOffset.UnixEpoch.AddMinutes(number), Model = "b:1",
        Setup = new ModelSetup("1", "2", 4096, ""), Source = "chat", Duration = TimeSpan.FromSeconds(load + 1), Load = TimeSpan.FromSeconds(load),
    };
}
