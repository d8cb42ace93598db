using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>What models cost, as it is being typed.</summary>
public sealed partial class PricesEditor
{
    private static readonly ItemDrafts<ModelPrice> s_prices = new(PriceSettingDefinitions.Format);

    private readonly List<object> _keys = [];
    private ImmutableArray<ItemDraft> _drafts = [];
    private string? _listInForce;
    private string? _focus;

    [Inject]
    public required IJSRuntime Script { get; set; }

    private string AddId => $"{Field.Id}-add";

    protected override void OnParametersSet()
    {
        _drafts = ItemDraft.Split(Field.Text);

        // A card keeps its state while its price is edited; where the list comes from elsewhere or has been saved, cards begin anew, folded.
        if (_keys.Count != _drafts.Length || _listInForce != Field.InForce)
        {
            _listInForce = Field.InForce;
            _keys.Clear();
            _keys.AddRange(_drafts.Select(_ => new object()));
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

    private ItemEdit EditOf(int index) => new(
        $"{Field.Id}-{index}", "price", _drafts[index],
        EventCallback.Factory.Create<ItemDraft>(this, changed => Take(_drafts.SetItem(index, changed))), FaultsOf(index));

    /// <summary>What is wrong with a price; those that are blank are not among those that were checked.</summary>
    private ImmutableArray<ItemFault> FaultsOf(int index)
    {
        var place = _drafts.Take(index).Count(draft => !s_prices.IsBlank(draft));
        return s_prices.IsBlank(_drafts[index]) ? [] : [.. Field.ItemFaults.Where(fault => fault.Index == place)];
    }

    private void Add()
    {
        _keys.Add(new());
        _focus = $"{Field.Id}-{_drafts.Length}-model";
        Take(_drafts.Add(s_prices.New()));
    }

    private void Remove(int index)
    {
        _keys.RemoveAt(index);
        _focus = AddId;
        Take(_drafts.RemoveAt(index));
    }

    private void Take(ImmutableArray<ItemDraft> drafts)
    {
        _drafts = drafts;
        Field.Text = ItemDraft.Join(drafts);
    }
}
