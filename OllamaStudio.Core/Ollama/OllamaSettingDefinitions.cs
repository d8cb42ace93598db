using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Ollama;

/// <summary>The settings of the Ollama server.</summary>
public static class OllamaSettingDefinitions
{
    /// <summary>Key of <see cref="OllamaSettings.Host"/>.</summary>
    public const string HostKey = "Ollama:Host";

    private static readonly SettingAccessor<OllamaSettings> s_ollama = new(
        settings => settings.Ollama, (settings, value) => settings with { Ollama = value });

    /// <summary>Their section of the page.</summary>
    public static SettingGroup Group { get; } = new("ollama", "Ollama");

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<string>(HostKey, "Ollama server", SettingFormats.Code, s_ollama.Then(
            settings => settings.Host, (settings, value) => settings with { Host = value }))
        {
            Group = Group,
            Help = "In the form of OLLAMA_HOST: a host, host:port or a full address.",
            Meaning = "Ollama server, in every form that Ollama itself accepts, and as `http://user:password@host` where a proxy asks for them",
            Variables = [new("OLLAMA_HOST", source => source["OLLAMA_HOST"] is { } text ? new(OllamaEndpoint.SplitLogin(text).Host) : default)],
            Rule = Host,
            TestId = "setting-ollama-host",
        },
        new SettingDefinition<ServerChoice>("Ollama:Server", "Which server answers", SettingFormats.Choice(
            (ServerChoice.Auto, "Automatic", "Ollama where it answers at start, else the built-in demo."),
            (ServerChoice.Ollama, "Ollama", "The server above, whether it answers or not."),
            (ServerChoice.Demo, "Demo", "The built-in demo, even where Ollama answers.")), s_ollama.Then(
            settings => settings.Server, (settings, value) => settings with { Server = value }))
        {
            Group = Group,
            TestId = "setting-server",
        },
        new SettingDefinition<string>("Ollama:Model", "Model", SettingFormats.Code, s_ollama.Then(
            settings => settings.Model, (settings, value) => settings with { Model = value }))
        {
            Group = Group,
            Help = "Picked at first start; if it is not installed, the first one that is.",
            Meaning = "model picked at first start",
            DefaultText = "`llama3.1:8b`, else the first one installed",
            Variables = [new("OLLAMA_MODEL")],
            Rule = SettingRules.Name,
            TestId = "setting-model",
        },
        new SettingDefinition<string?>("Ollama:ApiKey", "Ollama API key", SettingFormats.OptionalText, s_ollama.Then(
            settings => settings.ApiKey, (settings, value) => settings with { ApiKey = value }))
        {
            Group = Group,
            Help = "Sent to https://ollama.com only.",
            Meaning = "key of ollama.com, sent to `https://ollama.com` and nowhere else",
            Variables = [new("OLLAMA_API_KEY")],
            Rule = SettingRules.ApiKey,
            IsSecret = true,
            TestId = "setting-ollama-api-key",
        },
        new SettingDefinition<string?>("Ollama:Login", "Proxy login", SettingFormats.OptionalText, s_ollama.Then(
            settings => settings.Login, (settings, value) => settings with { Login = value }))
        {
            Group = Group,
            IsAdvanced = true,
            Help = "user:password, if a proxy in front of the Ollama server asks for it.",
            Variables = [new("OLLAMA_HOST", source => source["OLLAMA_HOST"] is { } text && OllamaEndpoint.SplitLogin(text).Login is { } login ? new(login) : default)],
            Rule = Login,
            IsSecret = true,
            TestId = "setting-ollama-login",
        },
        new SettingDefinition<ImmutableSortedDictionary<string, string>>("Ollama:Headers", "Headers for Ollama", SettingFormats.Pairs("header"), s_ollama.Then(
            settings => settings.Headers, (settings, value) => settings with { Headers = value }))
        {
            Group = Group,
            IsAdvanced = true,
            Help = "Sent with every request to the Ollama server, such as those that a proxy in front of it needs. Values are stored encrypted and never shown again.",
            Meaning = "headers of every request to the Ollama server, such as those that a proxy in front of it needs: `name=value,name=value`",
            Variables = [new("OLLAMA_HEADERS")],
            Rule = SettingRules.Headers,
            IsSecret = true,
        },
    ];

    // RFC 7617: the first colon ends the name.
    private static string? Login(string? login) =>
        login is null ? null
        : login.IndexOf(':', StringComparison.Ordinal) <= 0 ? "It must be a user name and a password with a colon between them."
        : login.Any(char.IsControl) ? "It must not contain line breaks or other control characters."
        : null;

    private static string? Host(string host) =>
        host.Length == 0 ? "It must not be empty; Ollama on this machine is http://localhost:11434."
        : OllamaEndpoint.TryParse(host, out _, out var error) ? null
        : error;
}
