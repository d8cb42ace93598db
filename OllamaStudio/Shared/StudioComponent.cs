using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OllamaStudio.Shared;

/// <summary>
/// A component that follows something outside of its page. What it hears on any thread it takes in with <see cref="Dispatch(Action)"/>
/// or <see cref="Redraw"/>: quietly once it is disposed, and with a fault logged and shown, never swallowed. Calls of the page's
/// scripts go through <see cref="PageScript"/>.
/// </summary>
public abstract partial class StudioComponent : ComponentBase, IAsyncDisposable
{
    private volatile bool _isDisposed;

    [Inject]
    public required ILoggerFactory Loggers { get; set; }

    /// <summary>Whether it has left the page.</summary>
    protected bool IsDisposed => _isDisposed;

    /// <summary>Draws it anew. From any thread; returns at once.</summary>
    protected void Redraw() => Dispatch(StateHasChanged);

    /// <summary>Does something on the component's own thread; draws nothing by itself. From any thread; returns at once.</summary>
    protected void Dispatch(Action work) => Dispatch(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>The same for what takes time.</summary>
    protected void Dispatch(Func<Task> work) => _ = DispatchAsync(work);

    /// <summary>Ends what it holds: subscriptions, timers. Called once.</summary>
    protected virtual void OnDispose()
    {
    }

    /// <summary>Ends what takes time to end, after <see cref="OnDispose"/>. Called once.</summary>
    protected virtual ValueTask OnDisposeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            OnDispose();
            await OnDisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task DispatchAsync(Func<Task> work)
    {
        try
        {
            await InvokeAsync(() => _isDisposed ? Task.CompletedTask : work());
        }
        catch (Exception error) when (_isDisposed || error is JSDisconnectedException)
        {
            // Nobody sees it any more.
        }
        catch (Exception error)
        {
            // Where it broke; its words may be content.
            LogFailed(Loggers.CreateLogger(GetType()), GetType().Name, error.GetType(), error.StackTrace);
            await DispatchExceptionAsync(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Component} could not take in a change: {ErrorType}\n{StackTrace}")]
    private static partial void LogFailed(ILogger logger, string component, Type errorType, string? stackTrace);
}
