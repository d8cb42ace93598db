using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>The files that go with the next message: shown above the box, to be removed, and refused with what to do where the model or the studio does not take one.</summary>
public partial class AttachmentTray
{
    private const int MostModels = 3;

    private readonly CancellationTokenSource _gone = new();
    private ElementReference _tray;
    private DotNetObjectReference<AttachmentTray>? _reference;
    private ImmutableArray<string> _faults = [];
    private ImmutableArray<string> _seeing = [];
    private string? _asked; // the models, a line each
    private string? _blind; // the first that is known to read no images
    private int _reminders;
    private string _key = "";

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required DraftAttachments Attachments { get; set; }

    [Inject]
    public required ModelCapabilities Capabilities { get; set; }

    /// <summary>Whose draft they belong to, as <see cref="DraftAttachments"/> calls it.</summary>
    [Parameter, EditorRequired]
    public required string Key { get; set; }

    /// <summary>The files as they are.</summary>
    [Parameter]
    public ImmutableArray<Attachment> Files { get; set; } = [];

    /// <summary>The model that will answer; null where there is none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>The models that will answer where they are several; else empty.</summary>
    [Parameter]
    public ImmutableArray<string> Several { get; set; } = [];

    /// <summary>Images in the messages before.</summary>
    [Parameter]
    public int HistoryImages { get; set; }

    /// <summary>Another model is to answer.</summary>
    [Parameter]
    public EventCallback<string> OnSelectModel { get; set; }

    /// <summary>The person goes on in the box.</summary>
    [Parameter]
    public EventCallback OnDone { get; set; }

    // Where nobody knows, Ollama says it.
    private bool IsBlind => _blind is not null && Files.Any(static file => file.IsImage);

    private ImmutableArray<string> Models => !Several.IsEmpty ? Several : Model is null ? [] : [Model];

    /// <summary>Whether they can be sent to the model. Where they cannot, the person is told again.</summary>
    public bool CanSend()
    {
        if (!IsBlind)
        {
            return true;
        }

        _reminders++;
        StateHasChanged();
        return false;
    }

    /// <summary>The person attaches a file; called by attachments.js, one at a time.</summary>
    /// <param name="key">Where it was attached: the page may show another conversation by now.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="size">Its size in bytes, as the browser says.</param>
    /// <param name="content">Its bytes; null where it has none.</param>
    /// <returns>False where it was refused: the tray says why.</returns>
    [JSInvokable]
    public async Task<bool> AttachAsync(string key, string name, double size, IJSStreamReference? content)
    {
        var refusal = AttachmentFile.SizeFault(name, (long)size) ?? Attachments.Add(key, name, content is null ? default : await ReadAsync(content));
        if (refusal is not null)
        {
            _faults = _faults.Remove(refusal).Add(refusal);
            StateHasChanged();
        }

        return refusal is null;
    }

    /// <summary>More files were attached than a message takes, and the rest was not read; called by attachments.js.</summary>
    [JSInvokable]
    public void LeaveAsync(int files)
    {
        _faults = _faults.Add($"{CountText.Of(files, "more file")} {(files == 1 ? "was" : "were")} not attached: a message takes up to {Attachment.MaxCount}.");
        StateHasChanged();
    }

    /// <summary>The person begins to attach: what was refused before is read by now.</summary>
    [JSInvokable]
    public void BeginAsync()
    {
        _faults = [];
        StateHasChanged();
    }

    protected override void OnParametersSet()
    {
        if (_key != Key)
        {
            (_key, _faults, _reminders) = (Key, [], 0);
        }

        _reminders = Files.IsEmpty ? 0 : _reminders;
        if (_asked != string.Join('\n', Models))
        {
            Ask();
        }
    }

    protected override void OnServersChanged() => Dispatch(Ask);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _reference = DotNetObjectReference.Create(this);
            await Script.TryInvokeVoidAsync("studio.attachments.attach", _tray, _reference);
        }
        else
        {
            await Script.TryInvokeVoidAsync("studio.attachments.refresh", _tray);
        }
    }

    protected override void OnDispose()
    {
        _gone.Cancel();
        _reference?.Dispose();
        base.OnDispose();
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(IJSStreamReference content)
    {
        await using var held = content; // the page keeps the file until then
        await using var stream = await content.OpenReadStreamAsync(Attachment.MaxImageBytes, _gone.Token);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, _gone.Token);
        return bytes.ToArray();
    }

    private void Ask()
    {
        _asked = string.Join('\n', Models);
        Dispatch(AskAsync);
    }

    private async Task AskAsync()
    {
        var (asked, models) = (_asked, Models);
        try
        {
            string? blind = null;
            foreach (var model in models)
            {
                blind ??= await Capabilities.ReadsImagesAsync(model, _gone.Token) is false ? model : null;
            }

            ImmutableArray<string> seeing =
            [
                .. Servers.Status.Current.Models.Where(static installed => installed.Capabilities.Contains(ModelCapabilities.Vision)).Select(static installed => installed.Name).Take(MostModels),
            ];
            if (asked == _asked && (blind != _blind || !seeing.SequenceEqual(_seeing)))
            {
                (_blind, _seeing) = (blind, seeing);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page is gone.
        }
    }

    private async Task RemoveAsync(Attachment file)
    {
        Attachments.Remove(Key, file.Id);
        await OnDone.InvokeAsync();
    }

    private async Task SelectAsync(string model)
    {
        _reminders = 0;
        await OnSelectModel.InvokeAsync(model);
        await OnDone.InvokeAsync();
    }

    private async Task DismissAsync()
    {
        _faults = [];
        await OnDone.InvokeAsync();
    }
}
