using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace OllamaStudio.Tests.Web;

/// <summary>
/// What a test does to a component, certain also while something else is drawn. bUnit puts an event off until that is done, returns at once, and does not
/// throw what then goes wrong. These stand nearer to the tests than bUnit's of the same names, so that they are taken: they return once the event has begun
/// (what it waits for goes on), and what is looked for may yet be on its way.
/// </summary>
internal static class Pressing
{
    public static void Click(this IElement element) => Raise(element, static element => element.ClickAsync());

    public static void Input(this IElement element, string value) => Raise(element, element => element.InputAsync(value));

    public static void Change<T>(this IElement element, T value) => Raise(element, element => element.ChangeAsync(value));

    public static void Submit(this IElement element) => Raise(element, static element => element.SubmitAsync());

    public static void KeyDown(this IElement element, string key) => Raise(element, element => element.KeyDownAsync(key));

    public static void KeyDown(this IElement element, KeyboardEventArgs key) => Raise(element, element => element.KeyDownAsync(key));

    public static void FocusOut(this IElement element) => Raise(element, static element => element.FocusOutAsync());

    public static void TriggerEvent(this IElement element, string name, EventArgs details) => Raise(element, element => element.TriggerEventAsync(name, details));

    /// <summary>The first that fits, waited for where there is none yet.</summary>
    public static IElement Find(this IRenderedComponent<IComponent> component, string selector) =>
        DispatcherOf(component).CheckAccess() ? RenderedComponentExtensions.Find(component, selector) : component.WaitForElement(selector);

    /// <summary>All that fit, as one drawing left them: bUnit's own, asked while something is drawn, may keep what was there before for all later looks.</summary>
    public static IReadOnlyList<IElement> FindAll(this IRenderedComponent<IComponent> component, string selector)
    {
        var dispatcher = DispatcherOf(component);
        if (dispatcher.CheckAccess())
        {
            return RenderedComponentExtensions.FindAll(component, selector);
        }

        var found = dispatcher.InvokeAsync(() => RenderedComponentExtensions.FindAll(component, selector));
        return Task.WaitAny([found], BunitContext.DefaultWaitTimeout) < 0 ? throw new TimeoutException("The renderer is still drawing.") : found.GetAwaiter().GetResult();
    }

    /// <summary>Returns once all that the renderer had put off is drawn.</summary>
    public static void Settle(this BunitContext context) => Settle(context.Renderer.Dispatcher);

    private static void Raise(IElement element, Func<IElement, Task> raise)
    {
        var dispatcher = element.Owner!.Context.GetService<BunitContext>()!.Renderer.Dispatcher; // asked first: the element may be gone with what it does
        var handled = raise(element);
        Settle(dispatcher);
        if (handled.IsFaulted)
        {
            handled.GetAwaiter().GetResult();
        }
    }

    private static void Settle(Dispatcher dispatcher)
    {
        if (!dispatcher.CheckAccess() && !dispatcher.InvokeAsync(static () => { }).Wait(BunitContext.DefaultWaitTimeout))
        {
            throw new TimeoutException("The renderer is still drawing.");
        }
    }

    private static Dispatcher DispatcherOf(IRenderedComponent<IComponent> component) => component.Services.GetRequiredService<BunitContext>().Renderer.Dispatcher;
}
