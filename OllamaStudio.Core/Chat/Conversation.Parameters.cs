using OllamaStudio.Core.Chat.Parameters;

namespace OllamaStudio.Core.Chat;

/// <content>How its model is asked.</content>
public sealed partial class Conversation
{
    private string? _systemPrompt;
    private string? _parameters; // as stored: what cannot be read stays so until a person sets something
    private ChatParameters _ownParameters = ChatParameters.None;

    /// <summary>What is set here for its model calls; what is not is the model's default, else the server's.</summary>
    public ChatParameters Parameters => Read(() => _ownParameters);

    /// <summary>Sets these, and no others, for the turns to come.</summary>
    public void SetParameters(ChatParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!parameters.Equals(Parameters))
        {
            ChangeHead(() => TakeParameters(parameters.StoredSystemPrompt, parameters.With(ChatParameter.System, null).ToJson()));
        }
    }

    private void TakeParameters(string? systemPrompt, string? parameters)
    {
        (_systemPrompt, _parameters) = (systemPrompt, parameters);
        _ownParameters = ChatParameters.Read(parameters).With(ChatParameter.System, systemPrompt);
    }
}
