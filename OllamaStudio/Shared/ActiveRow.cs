using Microsoft.JSInterop;

namespace OllamaStudio.Shared;

/// <summary>
/// The row of a list that the keys of the field above it are for. The field keeps the focus and names the row
/// (<c>aria-activedescendant</c>).
/// </summary>
/// <param name="idPrefix">What the ids of the rows begin with; their index follows.</param>
public sealed class ActiveRow(string idPrefix)
{
    private bool _reveal = true;

    /// <summary>Its index.</summary>
    public int Index { get; private set; }

    /// <summary>The id of a row's element.</summary>
    public string IdOf(int index) => $"{idPrefix}-{index}";

    /// <summary>It is another row, wherever that is: under the pointer, or because rows came or went.</summary>
    public void Point(int index) => Index = index;

    /// <summary>It is another row, and to be seen.</summary>
    public void MoveTo(int index) => (Index, _reveal) = (index, true);

    /// <summary>Moves it by a key, round from the last row to the first.</summary>
    /// <param name="key">The key, as the browser names it.</param>
    /// <param name="count">How many rows there are.</param>
    /// <returns>Whether the key is one that moves.</returns>
    public bool Step(string key, int count)
    {
        var by = key switch { "ArrowDown" => 1, "ArrowUp" => -1, _ => 0 };
        if (by != 0 && count > 0)
        {
            MoveTo((Index + by + count) % count);
        }

        return by != 0;
    }

    /// <summary>Brings it into sight where it has moved since; call it after each drawing.</summary>
    public async Task RevealAsync(IJSRuntime script)
    {
        if (_reveal)
        {
            _reveal = false;
            await script.TryInvokeVoidAsync("studio.reveal", "#" + IdOf(Index));
        }
    }
}
