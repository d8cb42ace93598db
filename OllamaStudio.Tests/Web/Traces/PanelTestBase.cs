using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Support;
using OllamaStudio.Traces;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>The real feed, a clock in the test's hands, and words for what a person sees and does.</summary>
public abstract class PanelTestBase : BunitContext, IAsyncLifetime
{
    // The feed's own, so that what it tells does not depend on the time that a test lets pass for the panel.
    private readonly ManualTime _feedTime = new();

    protected PanelTestBase()
    {
        Feed = new SpanFeed(_feedTime);
        Log = new LogStore(_feedTime);
        Services.AddSingleton(new StudioUi());
        Services.AddSingleton(new DownloadRuns(TimeProvider.System));
        Services.AddMudBlazor();
        Services.AddSingleton(NoBaselines.Reader(Time));
        Services.AddSingleton(NoBaselines.CacheLosses);
        Services.AddSingleton<ISpanFeed>(Feed);
        Services.AddSingleton<IExportMonitor>(Export);
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton(Log);
        Services.AddSingleton<IReplyPaces>(Paces);
        Services.AddSingleton<Conversations>(_ => Conversations);
        Services.AddSingleton(_ => new CallReader(Conversations, new FakeSettings()));
        Services.AddSingleton(_ => Stored.Value.Traces);
        Services.AddSingleton(_ => Stored.Value.Queries);
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule(_ => true).Mode = JSRuntimeMode.Loose;
    }

    protected FakeExportMonitor Export { get; } = new();

    protected SpanFeed Feed { get; }

    protected LogStore Log { get; }

    /// <summary>The real database behind the list of traces, opened by the first who asks for it.</summary>
    private protected Lazy<StoredTraces> Stored => field ??= new(() => new StoredTraces(Feed, Conversations, Time));

    protected ManualTime Time { get; } = new();

    private protected Conversations Conversations => field ??= new Conversations(Time);

    private protected FakeReplyPaces Paces { get; } = new();

    /// <summary>
    /// The feed tells a first change on a pool thread, and those that follow from its timer. With the first one behind it,
    /// all others are told when the test says so, on its thread.
    /// </summary>
    public async Task InitializeAsync()
    {
        using var somebody = Feed.Subscribe(() => { });
        Feed.Clear();
        await _feedTime.WaitForTimerAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        if (Stored.IsValueCreated)
        {
            await Stored.Value.DisposeAsync();
        }

        Feed.Dispose();
        Log.Dispose();
    }

    /// <summary>The list of traces, with all that is counted beside its rows: what comes later may draw a button anew that is just being pressed.</summary>
    private protected IRenderedComponent<TracesPage> RenderTraces()
    {
        var page = Render<TracesPage>();
        page.WaitForState(() => page.FindAll("[aria-busy=true]").Count == 0, TimeSpan.FromSeconds(30));
        return page;
    }

    /// <summary>The page of a trace, with its neighbours, likewise.</summary>
    private protected IRenderedComponent<TracePage> RenderTrace(int trace)
    {
        var page = Render<TracePage>(parameters => parameters.Add(one => one.TraceId, SpanSamples.TraceId(trace)));
        page.WaitForState(() => page.FindAll("nav[aria-busy=true]").Count == 0, TimeSpan.FromSeconds(30));
        return page;
    }

    /// <summary>Records, has it told, and lets so much time pass that the panel shows it.</summary>
    protected void Record(params SpanRecord[] spans)
    {
        Hold(spans);
        Tell();
        Time.Advance(RefreshPacer.Interval);
        this.Settle();
    }

    /// <summary>Records.</summary>
    protected void Hold(params SpanRecord[] spans)
    {
        foreach (var span in spans)
        {
            Feed.Record(span);
        }
    }

    /// <summary>Has the feed tell its changes.</summary>
    protected void Tell() => _feedTime.Advance(ChangeSignal.DefaultInterval);

    protected static string[] Names(IRenderedComponent<IComponent> component, string testId = "span-row") =>
        [.. component.FindAll($"[data-testid={testId}]").Select(row => row.GetAttribute("data-name")!)];

    /// <summary>One pace, of every trace.</summary>
    private protected sealed class FakeReplyPaces : IReplyPaces
    {
        public ReplyPace? Pace { get; set; }

        public ReplyPace? PaceOf(string traceId) => Pace;
    }

    protected static AngleSharp.Dom.IElement Row(IRenderedComponent<IComponent> component, string name, string testId = "span-row") =>
        component.Find($"[data-testid={testId}][data-name='{name}']");
}
