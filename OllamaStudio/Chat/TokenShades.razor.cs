using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Draws a piece of a reply with its token probabilities.</summary>
public partial class TokenShades
{
    private ElementReference _root;
    private ElementReference _hint;
    private IJSObjectReference? _script;
    private (string Text, ReplyLogprobs Logprobs, int Start)? _read;
    private ImmutableArray<TokenProbability> _tokens = [];
    private ImmutableArray<int> _ends = []; // where the text goes on before each token, and behind the last one
    private readonly int[] _counts = new int[LogprobText.Levels.Length];
    private int _unknown;
    private int _drawn;
    private bool _asText;

    /// <summary>The piece of the reply; untrusted.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>Where it begins in the reply's text, in UTF-16 units.</summary>
    [Parameter]
    public int Start { get; set; }

    /// <summary>What is known of the reply's tokens.</summary>
    [Parameter, EditorRequired]
    public required ReplyLogprobs Logprobs { get; set; }

    /// <summary>What the text is: <c>reply</c> or <c>thinking</c>.</summary>
    [Parameter]
    public string What { get; set; } = "reply";

    /// <summary>Whether it is shown as it is read until the person wants the probabilities.</summary>
    [Parameter]
    public bool IsTextFirst { get; set; }

    /// <summary>Whether a format held the reply.</summary>
    [Parameter]
    public bool IsStructured { get; set; }

    /// <summary>The piece as it is read.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    // The button goes with it: the keyboard stays by the tokens.
    private async Task ShadeAllAsync()
    {
        _drawn = _tokens.Length;
        await _hint.TryFocusAsync();
    }

    protected override void OnInitialized() => _asText = IsTextFirst;

    protected override void OnParametersSet()
    {
        if (_read == (Text, Logprobs, Start))
        {
            return;
        }

        // Tokens come of a file, too: one that does not fit into the text is not drawn, and what it stands before neither.
        _read = (Text, Logprobs, Start);
        var end = Start + Text.Length;
        _tokens = [.. Logprobs.Read().Where(token => token.Start >= Start && token.Start + token.Length <= end)];
        _ends = [Start, .. _tokens.Select(static token => token.Start + token.Length)];
        _drawn = Math.Min(_tokens.Length, LogprobText.MostDrawn);
        _unknown = Text.Length - _tokens.Sum(static token => token.Length);
        Array.Clear(_counts);
        foreach (var token in _tokens)
        {
            _counts[LogprobText.LevelOf(token)]++;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Chat/TokenShades.razor.js") is { } script)
        {
            _script = script;
            await script.TryInvokeVoidAsync("attach", _root);
        }
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is { } script)
        {
            await script.TryDisposeAsync();
        }
    }

    private string TextOf(TokenProbability token) => Text.Substring(token.Start - Start, token.Length);
}
