using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>The settings page: what is typed is kept until it is saved or discarded, whatever is changed elsewhere.</summary>
public sealed partial class SettingsPage
{
    // The bar has one line.
    private const int MostNamed = 4;

    private readonly CancellationTokenSource _closing = new();
    private SettingsForm _form = null!;
    private ImmutableArray<SettingsSection> _sections = [];
    private ElementReference _root;
    private IJSObjectReference? _script;
    private bool _saving;
    private bool _saved;
    private bool _askToStay;
    private bool _leadToFault;
    private string? _storageProblem;
    private string? _leaveTo;

    [Inject]
    public required SettingsService Settings { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private TelemetrySettings Telemetry => Settings.Current.Telemetry;

    private bool IsEdited => _form.EditedCount > 0;

    /// <summary>What is edited, by name: <c>Message content, Sampling ratio. They take effect as soon as you save, without a restart.</c></summary>
    private string Edited
    {
        get
        {
            var names = _form.Fields.Where(each => each.IsEdited).Select(each => each.Setting.Label).ToList();
            var rest = names.Count - MostNamed;
            return $"{string.Join(", ", names.Take(MostNamed))}{(rest > 0 ? $" and {rest} more" : "")}. {(names.Count == 1 ? "It takes" : "They take")} effect as soon as you save, without a restart.";
        }
    }

    protected override void OnInitialized()
    {
        _form = new SettingsForm(Settings);
        _sections = SettingsSection.Of(_form.Fields.Where(field => field.Setting.Group != DestinationSettingDefinitions.OtlpGroup || Telemetry.OtlpDestination.Endpoint.Length > 0));
        _form.Edited += OnEdited;
        Settings.Changed += OnSettingsChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Settings/SettingsPage.razor.js") is { } module)
        {
            _script = await module.TryInvokeAsync<IJSObjectReference>("attach", _root);
            await module.TryDisposeAsync();
        }

        if (_askToStay)
        {
            _askToStay = false;
            await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='setting-stay']");
        }

        if (_leadToFault && _script is not null)
        {
            _leadToFault = false;
            await _script.TryInvokeVoidAsync("revealFault");
        }
    }

    private Dictionary<string, object> ParametersOf(FormField field) => new()
    {
        [nameof(SettingEditor.Field)] = field,
        [nameof(SettingEditor.OnForget)] = EventCallback.Factory.Create<string>(this, ForgetAsync),
    };

    private void OnEdited()
    {
        _saved = false;
        StateHasChanged();
    }

    private void OnSettingsChanged() => Dispatch(() =>
    {
        _form.Follow();
        StateHasChanged();
    });

    private async Task SaveAsync()
    {
        if (_saving)
        {
            return;
        }

        _saving = true;
        try
        {
            var result = await _form.SaveAsync(_closing.Token);
            _saved = result.Succeeded;
            _storageProblem = result.StorageProblem;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _saving = false;
        }

        if (_form.Faulty.Any())
        {
            _leaveTo = null;
            _leadToFault = true; // once the page has it
            StateHasChanged();
        }
        else
        {
            Leave();
        }
    }

    private void Discard()
    {
        _form.Discard();
        _storageProblem = null;
    }

    /// <summary>Forgets a saved value that cannot be used.</summary>
    private async Task ForgetAsync(string key)
    {
        _storageProblem = (await Settings.ResetAsync(key, _closing.Token)).StorageProblem;
        _form.Follow();
    }

    /// <summary>Leaving with unsaved changes asks first, in the bar. A link within the page leaves nothing.</summary>
    private void Guard(LocationChangingContext context)
    {
        var here = new Uri(Navigation.Uri);
        var target = Navigation.ToAbsoluteUri(context.TargetLocation);
        if (!IsEdited || target.AbsolutePath == here.AbsolutePath)
        {
            return;
        }

        context.PreventNavigation();
        _leaveTo = context.TargetLocation;
        _askToStay = true;
        StateHasChanged();
    }

    private void Stay() => _leaveTo = null;

    private void Leave()
    {
        if (_leaveTo is { } target)
        {
            _leaveTo = null;
            _form.Discard();
            Navigation.NavigateTo(target);
        }
    }

    protected override async ValueTask OnDisposeAsync()
    {
        Settings.Changed -= OnSettingsChanged;
        _form.Edited -= OnEdited;
        await _closing.CancelAsync();
        _closing.Dispose();
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("detach");
            await _script.TryDisposeAsync();
        }
    }
}
