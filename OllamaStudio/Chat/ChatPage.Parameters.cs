using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Chat;

/// <content>How the model is asked.</content>
public partial class ChatPage
{
    [Inject]
    public required NewChatParameters NewChat { get; set; }

    [Inject]
    public required ISettings Settings { get; set; }

    private ChatParameters Parameters => Conversation?.Parameters ?? NewChat.Current;

    private ChatParameters ModelDefaults => CurrentModel is { } model ? ParameterSets.DefaultsOf(model, Settings.Current) : ChatParameters.None;

    // With those that a preset or the model's default switches off.
    private ImmutableHashSet<string> ToolsOff => Parameters.ToolsOffIn(DisabledTools, ModelDefaults);

    private void SetParameters(ChatParameters parameters)
    {
        if (Conversation is not null)
        {
            Conversation.SetParameters(parameters);
        }
        else
        {
            NewChat.Set(parameters);
        }
    }

    // What is switched off here stays so, whatever preset is chosen; what is switched on is on although a preset or the default has it off.
    private void SwitchToolHere((string ToolId, bool Enabled) change)
    {
        SwitchTool(change);
        if (change.Enabled && (Parameters.ToolsOff ?? ModelDefaults.ToolsOff) is { } off && off.Contains(change.ToolId))
        {
            SetParameters(Parameters.WithToolsOff(off.Remove(change.ToolId)));
        }
    }
}
