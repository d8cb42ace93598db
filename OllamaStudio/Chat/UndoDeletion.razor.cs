using Microsoft.AspNetCore.Components;
using MudBlazor;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>
/// Says that a conversation was deleted, and brings it back, whatever page is shown by then. Goes ten seconds after neither the
/// keyboard nor the pointer was last on it; it has the keyboard at first, because the row that had it is gone.
/// </summary>
public partial class UndoDeletion
{
    /// <summary>Characters of a title; the rest is cut.</summary>
    private const int MaxTitle = 40;

    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(10);

    private StudioButton _button = null!;
    private ITimer? _timer;
    private bool _isFocused;
    private bool _isHovered;

    [Parameter, EditorRequired]
    public required Conversation Conversation { get; set; }

    /// <summary>It is to go.</summary>
    [Parameter, EditorRequired]
    public required Action OnDone { get; set; }

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>Shows it for a conversation that was just deleted.</summary>
    public static void Offer(ISnackbar snackbars, Conversation deleted)
    {
        ArgumentNullException.ThrowIfNull(snackbars);
        Snackbar? shown = null;
        var parameters = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [nameof(Conversation)] = deleted,
            [nameof(OnDone)] = () =>
            {
                if (shown is not null)
                {
                    snackbars.Remove(shown);
                }
            },
        };
        shown = snackbars.Add<UndoDeletion>(parameters, Severity.Normal, static options =>
        {
            options.RequireInteraction = true; // it has its own time
            (options.HideIcon, options.ShowCloseIcon) = (true, false);
        }, deleted.Id);
    }

    protected override void OnInitialized() => _timer = Time.CreateTimer(_ => Dispatch(OnDone), null, Stay, Timeout.InfiniteTimeSpan);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _button.TryFocusAsync();
        }
    }

    private void Hold(ref bool by, bool on)
    {
        by = on;
        _timer?.Change(_isFocused || _isHovered ? Timeout.InfiniteTimeSpan : Stay, Timeout.InfiniteTimeSpan);
    }

    private void Undo()
    {
        Store.Add(Conversation);
        Navigation.NavigateTo($"/chat/{Conversation.Id}");
        OnDone();
    }

    // Nobody can bring it back any more.
    protected override void OnDispose()
    {
        _timer?.Dispose();
        Store.Purge(Conversation.Id);
    }
}
