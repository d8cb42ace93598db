using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell;

/// <summary>
/// Tells the page's script when a turn ends, fails, or asks the person, in whichever conversation; the script shows it in title and
/// icon where nobody looks at the page. Draws nothing. What the person stopped is no news.
/// </summary>
public sealed class TabNews : StudioComponent
{
    // The conversations in which a reply is being generated: as many as there are.
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);
    private IDisposable? _subscription;

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    protected override void OnInitialized()
    {
        _subscription = Store.Subscribe(() => Dispatch(FollowAsync));
        Dispatch(FollowAsync);
    }

    private async Task FollowAsync()
    {
        foreach (var conversation in Store.Generating.Where(conversation => !_turns.ContainsKey(conversation.Id)))
        {
            var turn = new Turn(conversation);
            _turns[conversation.Id] = turn;
            turn.Subscription = conversation.Subscribe(() =>
            {
                // Told with every few words: only what a person is asked is of interest, and no copy of the text is made for it.
                if (conversation.IsAsking != turn.IsAsking)
                {
                    Dispatch(() => AskAsync(turn));
                }
            });
            await AskAsync(turn);
        }

        foreach (var turn in _turns.Values.Where(static turn => !turn.Conversation.IsGenerating).ToList())
        {
            if (!_turns.Remove(turn.Conversation.Id))
            {
                continue; // told meanwhile
            }

            turn.Subscription?.Dispose();
            await AskAsync(turn);
            if (turn.Conversation is { IsDeleted: false, Messages: [.., { State: MessageState.Complete or MessageState.Failed } reply] })
            {
                await TellAsync(reply.State is MessageState.Failed ? "failed" : "done");
            }
        }
    }

    private async Task AskAsync(Turn turn)
    {
        var isAsking = turn.Conversation.IsAsking;
        if (isAsking != turn.IsAsking)
        {
            turn.IsAsking = isAsking;
            await TellAsync(isAsking ? "asks" : "answered");
        }
    }

    private async Task TellAsync(string what) => await Script.TryInvokeVoidAsync("studio.tab.tell", what);

    protected override void OnDispose()
    {
        _subscription?.Dispose();
        foreach (var turn in _turns.Values)
        {
            turn.Subscription?.Dispose();
        }
    }

    private sealed class Turn(Conversation conversation)
    {
        public Conversation Conversation { get; } = conversation;

        public IDisposable? Subscription { get; set; }

        public volatile bool IsAsking;
    }
}
