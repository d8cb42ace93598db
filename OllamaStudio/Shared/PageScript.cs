using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OllamaStudio.Shared;

/// <summary>
/// Calls of the page's scripts by a component that may outlive its page. Where the page is gone, nothing happens and nothing is
/// thrown; a fault of the script itself is thrown as ever.
/// </summary>
public static class PageScript
{
    /// <summary>Calls a function.</summary>
    /// <returns>False where the page is gone.</returns>
    public static async ValueTask<bool> TryInvokeVoidAsync(this IJSRuntime script, string function, params object?[] arguments) =>
        (await TryAsync<object?>(async () =>
        {
            await script.InvokeVoidAsync(function, arguments);
            return null;
        })).IsThere;

    /// <inheritdoc cref="TryInvokeVoidAsync(IJSRuntime, string, object?[])"/>
    public static async ValueTask<bool> TryInvokeVoidAsync(this IJSObjectReference script, string function, params object?[] arguments) =>
        (await TryAsync<object?>(async () =>
        {
            await script.InvokeVoidAsync(function, arguments);
            return null;
        })).IsThere;

    /// <summary>Calls a function for its result; the type's default where the page is gone.</summary>
    public static async ValueTask<T?> TryInvokeAsync<T>(this IJSRuntime script, string function, params object?[] arguments) =>
        (await TryAsync(() => script.InvokeAsync<T>(function, arguments))).Result;

    /// <inheritdoc cref="TryInvokeAsync{T}(IJSRuntime, string, object?[])"/>
    public static async ValueTask<T?> TryInvokeAsync<T>(this IJSObjectReference script, string function, params object?[] arguments) =>
        (await TryAsync(() => script.InvokeAsync<T>(function, arguments))).Result;

    /// <summary>Gives an element the keyboard.</summary>
    /// <returns>False where the page is gone.</returns>
    public static async ValueTask<bool> TryFocusAsync(this ElementReference element, bool preventScroll = false) =>
        (await TryAsync<object?>(async () =>
        {
            await element.FocusAsync(preventScroll);
            return null;
        })).IsThere;

    /// <summary>Gives up an object of the page; one of a page that is gone went with it.</summary>
    public static async ValueTask TryDisposeAsync(this IJSObjectReference script) => await TryAsync<object?>(async () =>
    {
        await script.DisposeAsync();
        return null;
    });

    /// <summary>Whether that is how a call of a page that is gone ends.</summary>
    public static bool IsOfGonePage(Exception error) => error is JSDisconnectedException or TaskCanceledException;

    private static async ValueTask<(bool IsThere, T? Result)> TryAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return (true, await call());
        }
        catch (Exception error) when (IsOfGonePage(error))
        {
            // The circuit is over, or its page has not answered for a minute: it is lost. Nobody else cancels such a call.
            return (false, default);
        }
    }
}
