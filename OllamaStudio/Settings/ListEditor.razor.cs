using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>A list of records as it is being typed.</summary>
public sealed partial class ListEditor<T>
{
    private readonly List<object> _keys = [];
    private ItemDrafts<T> _items = null!;
    private ImmutableArray<ItemDraft> _drafts = [];
    private ImmutableArray<ItemDraft> _inForce = [];
    private string? _listInForce;
    private string? _focus;

    [Inject]
    public required IJSRuntime Script { get; set; }

    /// <summary>The list.</summary>
    [Parameter, EditorRequired]
    public required ListFormat<T> Format { get; set; }

    /// <summary>Begins the test ids: "price".</summary>
    [Parameter, EditorRequired]
    public required string Area { get; set; }

    /// <summary>What the button says that adds an item; null where items come from elsewhere.</summary>
    [Parameter]
    public string? AddLabel { get; set; }

    /// <summary>Name of the input that a person goes on in, in a new item.</summary>
    [Parameter, EditorRequired]
    public required string FirstInput { get; set; }

    /// <summary>An item's card.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment<ListItem> Card { get; set; }

    /// <summary>Said while there is no item.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    private string AddId => $"{Field.Id}-add";

    protected override void OnParametersSet()
    {
        _items ??= new(Format);
        _drafts = ItemDraft.Split(Field.Text);
        _inForce = ItemDraft.Split(Field.InForce);

        // A card keeps its state while its item is edited; where the list comes from elsewhere, cards begin anew.
        if (_keys.Count != _drafts.Length)
        {
            _keys.Clear();
            _keys.AddRange(_drafts.Select(_ => new object()));
        }

        // Cards of items that have just been saved begin anew as well: folded, and without what was said of them before.
        if (_listInForce != Field.InForce)
        {
            _listInForce = Field.InForce;
            for (var i = 0; i < _drafts.Length; i++)
            {
                _keys[i] = _inForce.Contains(_drafts[i]) ? new() : _keys[i];
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is { } target)
        {
            _focus = null;
            await Script.TryInvokeVoidAsync("studio.focus", $"#{target}");
        }
    }

    private ListItem ItemOf(int index) => new(
        _drafts[index],
        new($"{Field.Id}-{index}", Area, _drafts[index], EventCallback.Factory.Create<ItemDraft>(this, changed => Take(_drafts.SetItem(index, changed))), FaultsOf(index)),
        _inForce.Contains(_drafts[index]),
        () => Remove(index));

    /// <summary>What is wrong with an item; those that are blank are not among those that were checked.</summary>
    private ImmutableArray<ItemFault> FaultsOf(int index)
    {
        var place = _drafts.Take(index).Count(draft => !_items.IsBlank(draft));
        return _items.IsBlank(_drafts[index]) ? [] : [.. Field.ItemFaults.Where(fault => fault.Index == place)];
    }

    private void Add()
    {
        _keys.Add(new());
        _focus = $"{Field.Id}-{_drafts.Length}-{FirstInput}";
        Take(_drafts.Add(_items.New()));
    }

    private void Remove(int index)
    {
        _keys.RemoveAt(index);
        _focus = AddLabel is null ? Field.Id : AddId;
        Take(_drafts.RemoveAt(index));
        StateHasChanged();
    }

    private void Take(ImmutableArray<ItemDraft> drafts)
    {
        _drafts = drafts;
        Field.Text = ItemDraft.Join(drafts);
    }
}
