using Microsoft.AspNetCore.Components;
using MudBlazor;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>
/// Says that something was taken away, and brings it back, whatever page is shown by then. Goes ten seconds after neither the
/// keyboard nor the pointer was last on it; it has the keyboard at first, because what was pressed is gone.
/// </summary>
public partial class UndoNotice
{
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(10);

    private StudioButton _button = null!;
    private ITimer? _timer;
    private bool _isFocused;
    private bool _isHovered;

    /// <summary>What was taken away, in words.</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

    /// <summary>More of it; null for nothing.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>Brings it back.</summary>
    [Parameter, EditorRequired]
    public required Action OnUndo { get; set; }

    /// <summary>It is gone: nobody can bring it back any more. Called after <see cref="OnUndo"/>, too.</summary>
    [Parameter]
    public Action? OnGone { get; set; }

    /// <summary>The notice is to go.</summary>
    [Parameter, EditorRequired]
    public required Action OnDone { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>Shows it.</summary>
    /// <param name="snackbars">Where.</param>
    /// <param name="key">Of what was taken away: one notice for each.</param>
    /// <param name="what">See <see cref="What"/>.</param>
    /// <param name="title">See <see cref="Title"/>.</param>
    /// <param name="undo">See <see cref="OnUndo"/>.</param>
    /// <param name="gone">See <see cref="OnGone"/>.</param>
    public static void Offer(ISnackbar snackbars, string key, string what, string? title, Action undo, Action? gone = null)
    {
        ArgumentNullException.ThrowIfNull(snackbars);
        Snackbar? shown = null;
        var parameters = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [nameof(What)] = what,
            [nameof(OnUndo)] = undo,
            [nameof(OnDone)] = () =>
            {
                if (shown is not null)
                {
                    snackbars.Remove(shown);
                }
            },
        };
        if (title is not null)
        {
            parameters[nameof(Title)] = title;
        }

        if (gone is not null)
        {
            parameters[nameof(OnGone)] = gone;
        }

        snackbars.RemoveByKey(key); // of two with one key the second would not be shown
        shown = snackbars.Add<UndoNotice>(parameters, Severity.Normal, static options =>
        {
            options.RequireInteraction = true; // it has its own time
            (options.HideIcon, options.ShowCloseIcon) = (true, false);
        }, key);
    }

    // Its time begins when it is seen.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _timer = Time.CreateTimer(_ => Dispatch(OnDone), null, Left, Timeout.InfiniteTimeSpan);
            await _button.TryFocusAsync();
        }
    }

    private TimeSpan Left => _isFocused || _isHovered ? Timeout.InfiniteTimeSpan : Stay;

    private void Hold(ref bool by, bool on)
    {
        by = on;
        _timer?.Change(Left, Timeout.InfiniteTimeSpan);
    }

    private void Undo()
    {
        OnUndo();
        OnDone();
    }

    protected override void OnDispose()
    {
        _timer?.Dispose();
        OnGone?.Invoke();
    }
}
