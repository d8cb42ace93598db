using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>The chat: shows a conversation and sends turns. What runs, runs in <see cref="ChatService"/>.</summary>
public partial class ChatPage
{
    private IDisposable? _subscription;
    private Conversation? _subscribedTo;
    private Composer? _composer;
    private string? _model; // of a new chat; a conversation knows its own
    private ImmutableHashSet<string> _disabledTools = []; // of a new chat, too
    private (bool IsGenerating, bool IsDeleted, string? Title, string? Model, ChatParameters? Parameters, QueuedMessage? Queued, bool IsEmpty, bool IsSideBySide) _drawn;
    private bool _isRefused;
    private bool _isLeaving;

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required ChatService Chat { get; set; }

    [Inject]
    public required Drafts Drafts { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    /// <summary>The conversation's id; null for a new chat, which begins to exist with its first message.</summary>
    [Parameter]
    public string? Id { get; set; }

    private Conversation? Conversation => _subscribedTo;

    private bool IsMissing => Id is not null && Conversation is null;

    // The list knows it, and it cannot be read; or the list cannot.
    private bool IsUnreadable => IsMissing && (Store.IsUnlisted || Store.FindSummary(Id!) is not null);

    private string? CurrentModel => Conversation is null && _model is { } picked && Servers.Status.Current.Find(picked) is { } chosen ? chosen.Name : Chat.ModelFor(Conversation);

    private ImmutableHashSet<string> DisabledTools => Conversation?.DisabledTools ?? _disabledTools;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Ui.ModelRequested += OnModelRequested;
        NewChat.Changed += Redraw;
        Settings.Changed += Redraw; // a model's default may say which tools are off
        (_model, _disabledTools) = (NewChat.Model, NewChat.DisabledTools);
        Attachments.Changed += OnFilesChanged;
    }

    protected override void OnParametersSet()
    {
        ShowConversation();
        TakeModel();
    }

    private void ShowConversation()
    {
        // One that was deleted meanwhile stays in sight, to be put back or left.
        var conversation = Id is null ? null : Store.Find(Id) ?? (_subscribedTo?.Id == Id ? _subscribedTo : null);
        if (ReferenceEquals(conversation, _subscribedTo))
        {
            return;
        }

        _subscription?.Dispose();
        _subscribedTo = conversation;
        (_isRefused, _isLeaving, _isQueueRefused, _queueFault, _several) = (false, false, false, null, []);
        _subscription = conversation?.Subscribe(OnConversationChanged);
        _drawn = Outline;
    }

    private (bool IsGenerating, bool IsDeleted, string? Title, string? Model, ChatParameters? Parameters, QueuedMessage? Queued, bool IsEmpty, bool IsSideBySide) Outline =>
        (_subscribedTo?.IsGenerating ?? false, _subscribedTo?.IsDeleted ?? false, _subscribedTo?.Title, _subscribedTo?.Model, _subscribedTo?.Parameters, _subscribedTo?.Queued,
            _subscribedTo?.Count is 0, IsSideBySide);

    // The transcript draws the messages by itself; here only what stands around it matters.
    private void OnConversationChanged()
    {
        var outline = Outline;
        if (outline != _drawn)
        {
            _drawn = outline;
            _isRefused &= outline.IsDeleted;
            _queueFault = outline.Queued is null ? null : _queueFault;
            _isQueueRefused &= outline is { Queued: not null } and ({ IsGenerating: true } or { IsSideBySide: true });
            Redraw();
        }
    }

    private void OnModelRequested() => Dispatch(() =>
    {
        TakeModel();
        StateHasChanged();
    });

    private void TakeModel()
    {
        if (Ui.TakeModel() is { } model)
        {
            SelectModel(model);
        }
    }

    private void SelectModel(string model)
    {
        if (Conversation is not null)
        {
            Conversation.SelectModel(model); // for every page that shows it
        }
        else
        {
            NewChat.Note(_model = model, _disabledTools);
        }
    }

    private void SwitchTool((string ToolId, bool Enabled) change)
    {
        if (Conversation is not null)
        {
            Conversation.SwitchTool(change.ToolId, change.Enabled);
        }
        else
        {
            NewChat.Note(_model, _disabledTools = change.Enabled ? _disabledTools.Remove(change.ToolId) : _disabledTools.Add(change.ToolId));
        }
    }

    private bool Submit(string prompt)
    {
        if (_addsToQueued)
        {
            return AddToQueued(prompt);
        }

        if (CurrentModel is not { } model)
        {
            return false;
        }

        if (!Several.IsEmpty)
        {
            return SubmitToSeveral(prompt);
        }

        var conversation = Conversation ?? Begin();
        var key = FilesKey;
        var outcome = Chat.SendOrQueue(conversation, prompt, model, Files, key);
        _isQueueRefused = outcome is SendOutcome.AlreadyQueued;
        if (outcome is not (SendOutcome.Sent or SendOutcome.Queued))
        {
            _isRefused = conversation.IsDeleted;
            StateHasChanged();
            return false;
        }

        Sent(conversation, outcome is SendOutcome.Sent ? key : null);
        return true;
    }

    // What was switched off and set before the first message holds for the conversation that it begins.
    private Conversation Begin()
    {
        var conversation = Store.Create(IsTemporary);
        foreach (var tool in _disabledTools)
        {
            conversation.SwitchTool(tool, enabled: false);
        }

        (_model, _disabledTools) = (null, []);
        conversation.SetParameters(NewChat.Take());
        return conversation;
    }

    private async Task StopAsync()
    {
        if (Conversation is not null)
        {
            Chat.Stop(Conversation);
            await FocusComposerAsync();
        }
    }

    // Where a person goes on when what they pressed is gone.
    private async Task FocusComposerAsync()
    {
        if (_composer is not null)
        {
            await _composer.FocusAsync();
        }
    }

    private async Task RestoreAsync()
    {
        if (Conversation is null || _composer is null)
        {
            return;
        }

        Store.Add(Conversation);
        if (_isRefused)
        {
            _isRefused = false;
            await _composer.SendAsync();
        }

        await _composer.FocusAsync();
    }

    // Deleted on this page: there is nothing to tell.
    private void Leave()
    {
        _isLeaving = true;
        Navigation.NavigateTo("/");
    }

    private async Task MoveToNewChatAsync()
    {
        // What was meant for a temporary chat goes to one.
        var isTemporary = IsTemporary;
        if (_composer is null || !await _composer.MoveDraftAsync(isTemporary ? TemporaryDraft : "") || IsDisposed)
        {
            return;
        }

        Attachments.Bring(Files, isTemporary ? _temporaryFiles : "");
        Navigation.NavigateTo(isTemporary ? TemporaryAddress : "/");
    }

    private string? LastPrompt() => Conversation?.Messages.LastOrDefault(message => message.Role is MessageRole.User)?.Text;

    // It goes the way of what is typed: where nothing can be sent yet, it stays in the box.
    private async Task UsePromptAsync(string prompt)
    {
        if (_composer is not null)
        {
            await _composer.SetAsync(prompt);
            await _composer.SendAsync();
        }
    }

    protected override void OnDispose()
    {
        Ui.ModelRequested -= OnModelRequested;
        NewChat.Changed -= Redraw;
        Settings.Changed -= Redraw;
        Attachments.Changed -= OnFilesChanged;
        Attachments.Take(_temporaryFiles); // nobody can reach them any more
        _subscription?.Dispose();
        base.OnDispose();
    }
}
