using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Models;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Tests.Ollama.Library;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Models;

/// <summary>The page over a real server and a real database.</summary>
public abstract class ModelsPageTestBase : BunitContext, IAsyncLifetime
{
    private protected const string Tags = """
        {"models":[
          {"name":"qwen3:8b","digest":"500a1f067a9fffff","size":5200000000,"modified_at":"2026-02-15T12:00:00Z","details":{"family":"qwen3","parameter_size":"8.2B","quantization_level":"Q4_K_M","context_length":40960},"capabilities":["completion","tools","thinking"]},
          {"name":"nomic:latest","digest":"2","size":274000000,"details":{"parameter_size":"137M","quantization_level":"F16"},"capabilities":["embedding"]},
          {"name":"<b>bold</b>","digest":"3"}]}
        """;

    private readonly DemoServer _demo = new(TimeProvider.System);
    private RollupStore _rollups = null!;
    private SpanFeed _feed = null!;
    private ResidencyRecorder _recorder = null!;

    private protected LibraryRig Rig { get; set; } = null!;

    private protected StoreFixture Store { get; } = new();

    public async Task InitializeAsync()
    {
        Rig = await LibraryRig.StartAsync();
        Rig.Tags = Tags;
        Rig.Running = """{"models":[{"name":"qwen3:8b","size":6000000000,"size_vram":3000000000,"expires_at":"2026-03-01T12:04:12Z","context_length":8192}]}""";
        await Use();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _recorder.Dispose();
        _feed.Dispose();
        _rollups.Dispose();
        await Store.DisposeAsync();
        await Rig.DisposeAsync();
        await _demo.DisposeAsync();
    }

    private async Task Use()
    {
        await Rig.Servers.RefreshAsync(default);
        _rollups = new RollupStore(Store.Database, Rig.Time);
        _feed = new SpanFeed(Rig.Time);
        _recorder = new ResidencyRecorder(Rig.Servers, Rig.Library, _feed, Rig.Time);
        Services.AddSingleton(Rig.Servers);
        Services.AddSingleton(Rig.Library);
        Services.AddSingleton<ISettings>(Rig.Settings);
        Services.AddSingleton(_recorder);
        Services.AddSingleton(new DashboardReader(_rollups, Rig.Time));
        Services.AddSingleton<TimeProvider>(Rig.Time);
        Services.AddSingleton<IFaultLab>(_demo);
        Services.AddSingleton<StudioUi>();
        Services.AddMudBlazor();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    private protected IRenderedComponent<ModelsPage> Page() => Render<ModelsPage>();

    // The signal's clock stands still: it is moved on for as long as it takes.
    private protected async Task UntilAsync(IRenderedComponent<ModelsPage> page, Action assertion)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await page.InvokeAsync(assertion);
                return;
            }
            catch (Exception error) when (!limit.IsCancellationRequested && (error is Xunit.Sdk.XunitException or ElementNotFoundException))
            {
                Rig.Time.Advance(TimeSpan.FromMilliseconds(5));
                await Task.Yield();
            }
        }
    }

    private protected static Task InputAsync(IRenderedComponent<ModelsPage> page, string testId, string value) => page.InvokeAsync(() => page.Find($"[data-testid={testId}]").Input(value));

    private protected static Task ClickAsync(IRenderedComponent<ModelsPage> page, string selector) => page.InvokeAsync(() => page.Find(selector).Click());

    private protected static async Task ActAsync(IRenderedComponent<ModelsPage> page, string model, string action)
    {
        await ClickAsync(page, $"[data-model='{model}'] [data-testid=model-more]");
        await ClickAsync(page, $"[data-testid=model-menu] [data-action={action}]");
    }

    private protected static IElement Row(IRenderedComponent<ModelsPage> page, string model) => page.FindAll("[data-testid=model-row]").Single(row => row.GetAttribute("data-model") == model);

    private protected static IEnumerable<string> Cells(IElement row) => row.Children.SkipLast(1).Select(static cell => Text(cell.QuerySelector("button") ?? cell));

    private protected static string Text(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is var words && element.QuerySelectorAll(".tag") is { Length: > 1 } tags ? string.Join(' ', tags.Select(static tag => tag.TextContent)) : words;
}
