using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>
/// Where a person writes. The text is the browser's own (composer.js): typing makes no round trip, and a draft survives
/// a reload and a lost circuit. A second after typing pauses it is kept by the server too, for a restart and for another browser.
/// </summary>
public partial class Composer
{
    private ElementReference _box;
    private DotNetObjectReference<Composer>? _reference;
    private AttachmentTray? _tray;
    private string? _attachedDraft;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required Drafts Drafts { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>What stands beside the button that sends.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Under which name the draft is kept: the conversation's id, empty for a new chat.</summary>
    [Parameter, EditorRequired]
    public required string DraftKey { get; set; }

    /// <summary>Whose draft the attached files belong to, as <see cref="DraftAttachments"/> calls it.</summary>
    [Parameter, EditorRequired]
    public required string FilesKey { get; set; }

    /// <summary>The attached files.</summary>
    [Parameter]
    public ImmutableArray<Attachment> Files { get; set; } = [];

    /// <summary>Images in the messages before.</summary>
    [Parameter]
    public int HistoryImages { get; set; }

    /// <summary>Another model is to answer.</summary>
    [Parameter]
    public EventCallback<string> OnSelectModel { get; set; }

    /// <summary>Whether the chat is temporary: its draft is the browser's alone.</summary>
    [Parameter]
    public bool IsTemporary { get; set; }

    /// <summary>Whether a reply is being generated: then Stop stands where Send stood.</summary>
    [Parameter]
    public bool IsGenerating { get; set; }

    /// <summary>Whether replies stand side by side: what is sent waits until one is kept.</summary>
    [Parameter]
    public bool IsSideBySide { get; set; }

    /// <summary>The models that are asked; empty for <see cref="Model"/> alone.</summary>
    [Parameter]
    public ImmutableArray<string> Several { get; set; } = [];

    /// <summary>The model that will answer; null where there is none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>The person has paused: told with all that is written.</summary>
    [Parameter]
    public EventCallback<string> OnPause { get; set; }

    /// <summary>Sends a text; false where it was not taken, and stays in the box.</summary>
    [Parameter, EditorRequired]
    public required Func<string, bool> OnSubmit { get; set; }

    /// <summary>Stops the reply.</summary>
    [Parameter]
    public EventCallback OnStop { get; set; }

    /// <summary>The last prompt, for the Up key; null where there is none.</summary>
    [Parameter, EditorRequired]
    public required Func<string?> LastPrompt { get; set; }

    private string Placeholder => Model is null ? "No model available yet" : IsSideBySide ? "Write the next message; it is sent when you keep one of the replies"
        : IsGenerating ? "Write the next message; it is sent when this reply is complete" : $"Message {(Several.IsEmpty ? ModelNames.Display(Model) : SideBySideText.Names(Several))}";

    private string Hint => Model is null ? "No model is available yet. What you write is kept."
        : IsSideBySide ? $"Enter queues it, to be sent when you keep one of the replies · Shift+Enter starts a new line{(IsGenerating ? " · Esc stops all" : "")}"
        : IsGenerating ? "Enter queues it, to be sent when this reply is complete · Shift+Enter starts a new line · Esc stops"
        : "Enter sends · Shift+Enter starts a new line · / brings in a prompt · ↑ recalls the last prompt · Esc stops";

    private string QueueTip => IsSideBySide ? "Queue: sent when you keep one of the replies" : "Queue: sent when this reply is complete";

    /// <summary>Puts a text into the box, to be sent or changed.</summary>
    public async Task SetAsync(string text) => await Script.TryInvokeVoidAsync("studio.composer.set", _box, text);

    /// <summary>Puts a text above what is in the box, and gives it the keyboard.</summary>
    /// <returns>False where the page is gone.</returns>
    public async Task<bool> PrependAsync(string text) => await Script.TryInvokeAsync<bool>("studio.composer.prepend", _box, text);

    /// <summary>What stands in the box now.</summary>
    public async Task<string> ReadAsync() => await Script.TryInvokeAsync<string>("studio.composer.read", _box) ?? "";

    /// <summary>Gives it the keyboard.</summary>
    public async Task FocusAsync() => await _box.TryFocusAsync();

    /// <summary>Sends what is in the box.</summary>
    public async Task SendAsync() => await Script.TryInvokeVoidAsync("studio.composer.send", _box);

    /// <summary>Hands what is in the box to another conversation's draft, once no file is being attached any more; what was written there stays.</summary>
    /// <returns>False where a message is on its way, or another conversation is shown by now: nothing was moved.</returns>
    public async Task<bool> MoveDraftAsync(string draftKey) => await Script.TryInvokeAsync<bool>("studio.composer.moveDraft", _box, draftKey);

    /// <summary>The person sends; called by composer.js.</summary>
    [JSInvokable]
    public bool SubmitAsync(string text)
    {
        var taken = (_tray?.CanSend() ?? true) && OnSubmit(text);
        StateHasChanged();
        return taken;
    }

    /// <summary>The person recalls the last prompt; called by composer.js.</summary>
    [JSInvokable]
    public string? RecallAsync() => LastPrompt();

    /// <summary>The person asks for the library of prompts, what is known filled in; called by composer.js.</summary>
    [JSInvokable]
    public IEnumerable<SavedPrompt> ReadPromptsAsync() =>
        Settings.Current.Chat.Prompts.Select(prompt => prompt with { Text = PromptVariables.Fill(prompt.Text, Model is null ? "{{model}}" : ModelNames.Display(Model), Time.GetLocalNow()) });

    /// <summary>The person has paused; called by composer.js.</summary>
    /// <param name="draftKey">Where it was written: the page may show another conversation by now.</param>
    /// <param name="text">All of it; empty where it was deleted.</param>
    /// <param name="writtenAt">When, in milliseconds since 1970 by the browser's clock.</param>
    [JSInvokable]
    public async Task KeepDraftAsync(string draftKey, string text, double writtenAt)
    {
        if (!IsTemporary || draftKey != DraftKey)
        {
            // A clock that is ahead would have the last word for ever.
            Drafts.Keep(draftKey, text, DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Clamp(writtenAt, 0, Time.GetUtcNow().ToUnixTimeMilliseconds())));
        }

        if (draftKey == DraftKey)
        {
            await OnPause.InvokeAsync(text);
        }
    }

    // Not awaited: the box takes the keyboard with it, in the order in which the page was drawn.
    private object? ReadDraft() =>
        !IsTemporary && Drafts.Find(DraftKey) is { } draft ? new { draft.Text, At = draft.WrittenAt.ToUnixTimeMilliseconds() } : null;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _reference = DotNetObjectReference.Create(this);
            _attachedDraft = DraftKey;
            await Script.TryInvokeVoidAsync("studio.composer.attach", _box, _reference, ReadDraft());
        }
        else if (_attachedDraft != DraftKey)
        {
            _attachedDraft = DraftKey;
            await Script.TryInvokeVoidAsync("studio.composer.switchDraft", _box, ReadDraft());
        }
        else
        {
            await Script.TryInvokeVoidAsync("studio.composer.refresh", _box);
        }
    }

    protected override void OnDispose() => _reference?.Dispose();
}
