using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Models;

/// <summary>
/// The models of the server that answers: installed, in memory, on their way here. It shows what <see cref="ModelLibrary"/> does, and owns
/// nothing of it. The server is looked at every few seconds while it is in sight.
/// </summary>
public partial class ModelsPage
{
    private const string NameField = "[data-testid='model-pull-name']";

    // A chat loads a model, and one that only embeds cannot chat.
    private static readonly ImmutableArray<string> s_embedding = ["embedding"];

    private ImmutableArray<ModelJob> _jobs = [];
    private ImmutableArray<ModelRow> _rows = [];
    private string? _name;
    private string? _fault;
    private string? _query;
    private string? _opened;
    private string? _menuOf;
    private string? _focus;
    private string? _from;
    private bool _isCopy;
    private ModalDialog _dialog = null!;
    private ModelSums _history = new(ImmutableDictionary<string, Rollup>.Empty);
    private bool _isReading;
    private bool _isStale;
    private IDisposable? _subscription;
    private IDisposable? _stored;

    [Inject]
    public required ModelLibrary Library { get; set; }

    [Inject]
    public required DashboardReader Reader { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private ServerStatus Server => Servers.Status.Current;

    private string Suggestion => Server.Kind is ServerKind.Demo ? "demo-large" : "qwen3:4b";

    private string InstalledText => $"{CountText.Of(Server.Models.Count, "model")}{(Server.Models.Sum(static model => model.Size) is > 0 and var bytes ? $", {ByteText.Of(bytes)} on disk" : "")}";

    // What was done in the last seconds.
    private string Said => string.Join(' ', _jobs.Where(static job => job.State is ModelJobState.Done).Select(ModelsText.Done));

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _subscription = Library.Subscribe(() => Dispatch(Follow));
        _stored = Reader.Subscribe(() => Dispatch(ReadHistory));
        Ui.SightChanged += OnSightChanged;
        OnSightChanged();
        Take();
        ReadHistory();
    }

    protected override void OnServersChanged() => Dispatch(Follow);

    private void OnSightChanged() => Watch(Ui.IsInSight);

    // Off the page's thread; once more where something was stored meanwhile.
    private void ReadHistory()
    {
        _isStale = true;
        if (!_isReading)
        {
            _isReading = true;
            Dispatch(ReadHistoryAsync);
        }
    }

    private async Task ReadHistoryAsync()
    {
        while (_isStale && !IsDisposed)
        {
            _isStale = false;
            try
            {
                _history = new ModelSums((await Task.Run(() => Reader.Read(DashboardRange.All, null))).Total.Models);
                StateHasChanged();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // The rest of the page goes on without it; what it was is in the log.
                LogNotRead(Loggers.CreateLogger<ModelsPage>(), error);
            }
        }

        _isReading = false;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Interlocked.Exchange(ref _focus, null) is { } selector)
        {
            await Script.TryInvokeVoidAsync("studio.focus", selector);
        }
    }

    protected override void OnDispose()
    {
        Ui.SightChanged -= OnSightChanged;
        _subscription?.Dispose();
        _stored?.Dispose();
        base.OnDispose();
    }

    private void Follow()
    {
        Take();
        StateHasChanged();
    }

    private void Take()
    {
        _jobs = Library.Jobs;
        _rows = ModelRow.Of(Server, _jobs, _query);
    }

    private void Pull() => PullNamed(_name);

    private void PullNamed(string? name)
    {
        if (Do(() => Library.Pull(name ?? "")))
        {
            _name = null;
        }

        _focus = NameField;
    }

    /// <summary>Says why where it cannot be done.</summary>
    private bool Do(Action action)
    {
        try
        {
            action();
            _fault = null;
        }
        catch (OllamaException error)
        {
            _fault = ModelsText.Why(error.Message, error.NextStep);
        }

        Take();
        return _fault is null;
    }

    private async Task ActAsync(ModelRow row, ModelAction action)
    {
        var name = row.Model.Name;
        _menuOf = null;
        _focus = $"[data-menu-of='{row.Key}']";
        switch (action)
        {
            case ModelAction.Details:
                Open(name);
                break;
            case ModelAction.Use:
                Ui.RequestModel(name);
                Navigation.NavigateTo("/");
                break;
            case ModelAction.KeepHour:
                Do(() => Load(name, OllamaKeepAlive.For(TimeSpan.FromHours(1))));
                break;
            case ModelAction.Keep:
                Keep(name);
                break;
            case ModelAction.Copy:
            case ModelAction.Create:
                // The dialog gives the keyboard back to who had it.
                await FocusAsync(Interlocked.Exchange(ref _focus, null)!);
                await CreateAsync(name, isCopy: action is ModelAction.Copy);
                break;
            case ModelAction.Delete:
                if (Do(() => Library.Delete(name)))
                {
                    _focus = $"[data-undo-of='{row.Key}']";
                }

                break;
        }
    }

    private void Keep(string model) => Do(() => Load(model, OllamaKeepAlive.Forever));

    // As the next chat will ask for it: with another window that would load it anew.
    private ModelJob Load(string model, OllamaKeepAlive? keepAlive) => Library.Load(model, keepAlive, ParameterSets.DefaultsOf(model, Settings.Current).NumCtx);

    private async Task CreateAsync(string? from, bool isCopy)
    {
        (_from, _isCopy) = (from, isCopy);
        StateHasChanged();
        await Task.Yield(); // the dialog has its title after this event alone
        await _dialog.OpenAsync();
    }

    private async Task CreatedAsync(string? model)
    {
        await _dialog.CloseAsync();
        if (model is not null)
        {
            Take();
            StateHasChanged();
        }
    }

    private async Task CloseAsync()
    {
        var key = _opened is null ? null : ModelRow.KeyOf(_opened);
        _opened = null;
        if (key is not null)
        {
            StateHasChanged();
            await FocusAsync($"[data-open-of='{key}']");
        }
    }

    // Escape closes what is open beside the list, unless something above it was closed by it.
    private Task OnKeyAsync(KeyboardEventArgs args) => args.Key == "Escape" && _menuOf is null && _opened is not null ? CloseAsync() : Task.CompletedTask;

    private void Undo(ModelRow row)
    {
        Library.Close(row.Job!.Id);
        _focus = $"[data-menu-of='{row.Key}']";
        Take();
    }

    private void CloseJob()
    {
        _focus = NameField;
        Take();
    }

    private void Open(string model) => _opened = _opened == model ? null : model;

    private void Search(string? query)
    {
        _query = query;
        Take();
    }

    private async Task FocusAsync(string selector) => await Script.TryInvokeVoidAsync("studio.focus", selector);

    private string Exact(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Time.LocalTimeZone).ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture);

    private static string TitleOf(OllamaModel model) =>
        string.Join(" · ", new[] { ModelNames.Display(model.Name), model.Family, model.Digest.Length > 0 ? ModelsText.Digest(model.Digest) : null }.Where(static part => !string.IsNullOrEmpty(part)));

    private static string DeletedIn(TimeSpan left) => $"Deleted in {DurationText.Lasting(left + TimeSpan.FromSeconds(0.999))}";

    [LoggerMessage(Level = LogLevel.Error, Message = "The history of the models could not be read")]
    private static partial void LogNotRead(ILogger logger, Exception error);
}
