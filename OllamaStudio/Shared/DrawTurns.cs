namespace OllamaStudio.Shared;

/// <summary>
/// Sends a browser one change at a time: what comes before it has drawn the last one waits, and goes as one. Used on the page's own
/// thread. <see cref="Microsoft.AspNetCore.Components.ComponentBase.OnAfterRender"/> is called when the browser has said that it is done.
/// </summary>
public sealed class DrawTurns
{
    private bool _isDrawing;
    private bool _isBehind;

    /// <summary>Something changed.</summary>
    /// <returns>Whether it is to be drawn now; else it waits for <see cref="Drawn"/>.</returns>
    public bool Take()
    {
        if (_isDrawing)
        {
            _isBehind = true;
            return false;
        }

        return _isDrawing = true;
    }

    /// <summary>The browser has drawn.</summary>
    /// <returns>Whether something has changed meanwhile, and is to be drawn now.</returns>
    public bool Drawn()
    {
        (_isDrawing, _isBehind) = (_isBehind, false);
        return _isDrawing;
    }
}
