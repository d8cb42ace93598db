using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;
using OllamaStudio.Traces;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>A feed and a clock in the test's hands, and words for what a person sees and does.</summary>
public abstract class PanelTestBase : BunitContext
{
    protected PanelTestBase()
    {
        Services.AddSingleton<ISpanFeed>(Feed);
        Services.AddSingleton<TimeProvider>(Time);
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule(_ => true).Mode = JSRuntimeMode.Loose;
    }

    protected FakeSpanFeed Feed { get; } = new();

    protected ManualTime Time { get; } = new();

    /// <summary>Records, and lets so much time pass that the panel has told it.</summary>
    protected void Record(params SpanRecord[] spans)
    {
        Feed.Record(spans);
        Time.Advance(RefreshPacer.Interval);
    }

    protected static string[] Names(IRenderedComponent<IComponent> component, string testId = "span-row") =>
        [.. component.FindAll($"[data-testid={testId}]").Select(row => row.GetAttribute("data-name")!)];

    protected static AngleSharp.Dom.IElement Row(IRenderedComponent<IComponent> component, string name, string testId = "span-row") =>
        component.Find($"[data-testid={testId}][data-name='{name}']");
}
