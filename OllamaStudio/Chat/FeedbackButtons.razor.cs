using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Takes what the person thinks of a reply, and says what became of it where the reply's spans are.</summary>
public partial class FeedbackButtons
{
    private ElementReference _popover;
    private IDisposable? _subscription;
    private ReplyFeedback? _shown;
    private string _note = "";
    private ImmutableArray<(string Title, AnnotationDelivery Delivery)> _standing = [];

    [Inject]
    public required ReplyFeedbacks Feedbacks { get; set; }

    [Inject]
    public required ISnackbar Snackbars { get; set; }

    [Inject]
    public required Annotator Annotator { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    /// <summary>The reply, which has ended.</summary>
    [Parameter, EditorRequired]
    public required MessageRecord Message { get; set; }

    /// <summary>The conversation that it stands in.</summary>
    [Parameter, EditorRequired]
    public required string ConversationId { get; set; }

    private string FieldId => "note-" + Message.Id;

    private IEnumerable<(string State, string Line)> _deliveries => FeedbackText.Deliveries(Message, _standing, Annotator.HasPhoenixByGrpc);

    private string? Refusal => _standing.FirstOrDefault(static one => one.Delivery.State is AnnotationState.Refused) is { Delivery: not null } refused ? FeedbackText.Line(refused.Title, refused.Delivery) : null;

    // Only while a thumb stands: that it was taken back needs no praise.
    private string? Sent => Message.Feedback is not null && _standing is [{ Delivery.State: AnnotationState.Sent } one, ..] ? $"sent to {one.Title}" : null;

    protected override void OnInitialized() => _subscription = Annotator.Subscribe(() => Dispatch(LookAsync));

    protected override void OnParametersSet()
    {
        if (_shown != Message.Feedback)
        {
            // Changed here or in another tab; what is typed is kept until it is left.
            _note = Message.Feedback?.Note ?? "";
            _shown = Message.Feedback;
            Dispatch(LookAsync);
        }
    }

    protected override void OnDispose() => _subscription?.Dispose();

    private bool Is(ReplyThumb thumb) => Message.Feedback?.Thumb == thumb;

    private string Pressed(ReplyThumb thumb) => Is(thumb) ? "true" : "false";

    // Pressed again it is taken back; the other one keeps the note.
    private void Press(ReplyThumb thumb)
    {
        if (Is(thumb))
        {
            Withdraw();
        }
        else
        {
            Feedbacks.Set(ConversationId, Message.Id, new ReplyFeedback(thumb, Message.Feedback?.Note ?? ""));
        }
    }

    // A thumb is pressed again in a moment; what was written is not written again so soon.
    private void Withdraw()
    {
        if (Message.Feedback is { Note.Length: > 0 } written)
        {
            var (conversation, reply) = (ConversationId, Message.Id);
            UndoNotice.Offer(Snackbars, "note-" + reply, "Note withdrawn", written.Note, () => Feedbacks.Set(conversation, reply, written));
        }

        Feedbacks.Set(ConversationId, Message.Id, null);
    }

    // Whoever leaves the field has written it: nobody loses a note to a key or to a click beside it.
    private void Keep()
    {
        if (Message.Feedback is { } feedback && feedback.Note != _note.Trim())
        {
            Feedbacks.Set(ConversationId, Message.Id, feedback with { Note = _note });
        }
    }

    private async Task SaveAsync()
    {
        Keep();
        await Script.TryInvokeVoidAsync("studio.closePopover", _popover);
    }

    private async Task WithdrawAsync()
    {
        // The popover goes with it: the focus goes to the thumb.
        await Script.TryInvokeVoidAsync("studio.focusBefore", _popover);
        Withdraw();
    }

    // The page's thread is left alone unless there is something to show.
    private async Task LookAsync()
    {
        var id = Message.Id;
        if (Message.Feedback is null && _standing.IsEmpty)
        {
            return;
        }

        var standing = await Task.Run(() => Annotator.Of(id)).ConfigureAwait(false);
        Dispatch(() =>
        {
            if (!_standing.SequenceEqual(standing))
            {
                _standing = standing;
                StateHasChanged();
            }
        });
    }
}
