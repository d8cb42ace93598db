using OllamaStudio.Core.Settings;

namespace OllamaStudio.Http;

/// <summary>Who may use the studio: whoever brings the token, or whoever reaches it, on loopback.</summary>
public sealed record AccessSettings
{
    /// <summary>The variable that sets the token.</summary>
    public const string Variable = "OLLAMASTUDIO_TOKEN";

    /// <summary>The variable's value for no token.</summary>
    public const string Off = "none";

    private static readonly SettingDefinition<string> s_token = new("AccessToken", "Access token", SettingFormats.Text)
    {
        IsSecret = true,
        Variables = [new(Variable)],
        Meaning = "access token of the studio; `none` switches it off, on loopback only",
        DefaultText = "made at first start, kept in the data folder",
    };

    /// <summary>The definition of the token.</summary>
    public static IEnumerable<SettingDefinition> Definitions => [s_token];

    /// <summary>What has to be brought; null where nothing has.</summary>
    public AccessToken? Token { get; private init; }

    /// <summary>Why the studio must not start; null where it may.</summary>
    public SettingFault? Fault { get; private init; }

    /// <summary>What a person should know of the token, in sentences; null where all is well.</summary>
    public string? Warning { get; private init; }

    /// <summary>Reads them: command line before environment before appsettings.json, else the token of the data folder, made where there is none.</summary>
    /// <param name="layers">Where a token may be set.</param>
    /// <param name="folder">Where one is kept that is not set.</param>
    /// <param name="beyondLoopback">An address to listen on that other machines reach; null for none.</param>
    public static AccessSettings Read(SettingsLayers layers, DataFolder folder, string? beyondLoopback)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(folder);
        if (!s_token.TryRead(layers, [], out var value, out var source))
        {
            return new() { Token = new AccessTokenFile(folder).LoadOrCreate(out var warning), Warning = warning };
        }

        if (value.Equals(Off, StringComparison.OrdinalIgnoreCase))
        {
            return beyondLoopback is null
                ? new()
                : new() { Fault = new(s_token.Key, source, $"\"{Off}\" is for loopback only, and other machines reach {beyondLoopback}. Set a token, or leave it unset to have one made.") };
        }

        return AccessToken.FindFault(value) is { } fault ? new() { Fault = new(s_token.Key, source, fault) } : new() { Token = AccessToken.Of(value) };
    }
}
