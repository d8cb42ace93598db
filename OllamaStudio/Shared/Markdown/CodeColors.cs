namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Colours blocks of code away from the circuits, one at a time for all of them, and keeps the results: a block that is drawn
/// again, in another window or because the reply goes on below it, is not coloured again.
/// </summary>
internal sealed class CodeColors(TimeProvider time, int capacity = CodeColors.DefaultCapacity) : IDisposable
{
    /// <summary>Longest code that is coloured, in characters.</summary>
    public const int MaxLength = 20_000;

    /// <summary>Most characters kept, of code and of what became of it: some 16 MB. At the bound the half that was used longest ago is forgotten.</summary>
    public const int DefaultCapacity = 8_000_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CodeColorizer _colorizer = new(time);
    private Dictionary<CodeText, string?> _recent = [];
    private Dictionary<CodeText, string?> _older = [];
    private int _recentLength;

    /// <summary>Those of this process.</summary>
    public static CodeColors Shared { get; } = new(TimeProvider.System);

    /// <summary>Blocks coloured since the start.</summary>
    public int Colored { get; private set; }

    /// <summary>What is known of a block.</summary>
    /// <param name="code">The block.</param>
    /// <param name="html">Its HTML; null where it stays plain.</param>
    /// <returns>False where it was not coloured yet, or forgotten.</returns>
    public bool TryGet(CodeText code, out string? html)
    {
        lock (_gate)
        {
            if (_recent.TryGetValue(code, out html))
            {
                return true;
            }

            if (!_older.Remove(code, out html))
            {
                return false;
            }

            Keep(code, html);
            return true;
        }
    }

    /// <summary>Colours a block, on a thread of the pool.</summary>
    /// <returns>Its HTML; null where it stays plain.</returns>
    public async Task<string?> ColorAsync(CodeText code, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (TryGet(code, out var html))
            {
                return html;
            }

            html = await Task.Run(() => _colorizer.Color(code), CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                Colored++;
                Keep(code, html);
            }

            return html;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private void Keep(CodeText code, string? html)
    {
        var length = code.Text.Length + (html?.Length ?? 0);
        if (_recentLength + length > capacity / 2)
        {
            (_older, _recent, _recentLength) = (_recent, [], 0);
        }

        _recent[code] = html;
        _recentLength += length;
    }
}
