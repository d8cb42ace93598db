using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using OllamaStudio.Core.Insights;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>The field in which traces are asked for.</summary>
public partial class QueryBar
{
    private readonly ActiveRow _active = new("trace-query-option");
    private List<string> _chips = [];
    private string _typed = "";
    private string? _told;
    private bool _wantsOptions;
    private ImmutableArray<QuerySuggestion> _offered = [];
    private ElementReference _input;

    /// <summary>The whole query.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    [Parameter, EditorRequired]
    public EventCallback<string> TextChanged { get; set; }

    /// <summary>What is wrong with it; null where nothing is.</summary>
    [Parameter]
    public string? Problem { get; set; }

    /// <summary>Asked for what fields can have as values when suggestions are wanted.</summary>
    [Parameter, EditorRequired]
    public required Func<QueryValues> Values { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private bool IsOpen => _wantsOptions && !_offered.IsEmpty;

    /// <summary>The whole query. A word that may become the name of a field is left out while those names are offered: nobody looks for "tok".</summary>
    private string Whole
    {
        get
        {
            var meant = IsOpen && _offered.All(static suggestion => !suggestion.IsWhole) ? _typed[.._offered[0].Start].TrimEnd('-') : _typed;
            return string.Join(' ', meant.Length == 0 ? _chips : _chips.Append(meant));
        }
    }

    /// <summary>Gives it the keyboard.</summary>
    public ValueTask<bool> TryFocusAsync() => _input.TryFocusAsync();

    protected override void OnParametersSet()
    {
        if (Text != _told)
        {
            // From the address, or from a button: nobody is in the middle of typing it.
            var (filters, rest) = TraceFilter.Part(Text);
            (_chips, _typed) = ([.. filters], rest);
            _told = Text;
            _wantsOptions = false;
        }
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => IsOpen && _active.Index >= 0 ? _active.RevealAsync(Script) : Task.CompletedTask;

    private Task TypeAsync(string? typed)
    {
        _typed = typed ?? "";
        Offer(isAsked: _typed.Length > 0);
        return TellAsync();
    }

    private void Offer(bool isAsked)
    {
        _wantsOptions = isAsked;
        _offered = isAsked ? QueryCompletion.At(_typed, _typed.Length, Values()) : [];
        _active.Point(-1);
    }

    private async Task OnKeyAsync(KeyboardEventArgs args)
    {
        if (args is { Key: "ArrowDown" } && !IsOpen)
        {
            Offer(isAsked: true);
            _active.Step("ArrowDown", _offered.Length);
        }
        else if (IsOpen && _active.Step(args.Key, _offered.Length))
        {
            // The row is another one.
        }
        else if (args.Key is "Enter" && IsOpen && _active.Index >= 0)
        {
            await ChooseAsync(_offered[_active.Index]);
        }
        else if (args.Key is "Enter")
        {
            await CommitAsync();
        }
        else if (args.Key is "Escape")
        {
            _wantsOptions = false;
            await TellAsync();
        }
        else if (args.Key is "Backspace" && _typed.Length == 0 && _chips.Count > 0)
        {
            // The last chip can be typed on.
            _typed = _chips[^1];
            _chips.RemoveAt(_chips.Count - 1);
        }
    }

    private Task ChooseAsync(QuerySuggestion suggestion)
    {
        (_typed, _) = suggestion.In(_typed);
        if (suggestion.IsWhole)
        {
            return CommitAsync();
        }

        Offer(isAsked: true);
        return TellAsync();
    }

    private Task CommitAsync()
    {
        var (filters, rest) = TraceFilter.Part(_typed);
        if (!filters.IsEmpty)
        {
            (_chips, _typed) = ([.. _chips.Union(filters, StringComparer.OrdinalIgnoreCase)], rest);
        }

        _wantsOptions = false;
        return TellAsync();
    }

    private Task RemoveAsync(string chip)
    {
        _chips.Remove(chip);
        return TellAsync();
    }

    private Task TellAsync()
    {
        if (Whole == _told)
        {
            return Task.CompletedTask;
        }

        _told = Whole;
        return TextChanged.InvokeAsync(_told);
    }
}
