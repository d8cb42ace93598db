using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Ollama;

/// <summary>The settings of the Ollama server.</summary>
public static class OllamaSettingDefinitions
{
    private static readonly SettingAccessor<OllamaSettings> s_ollama = new(
        settings => settings.Ollama, (settings, value) => settings with { Ollama = value });

    /// <summary>Their section of the page.</summary>
    public static SettingGroup Group { get; } = new("ollama", "Ollama");

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<string>("Ollama:Host", "Ollama server", SettingFormats.Code, s_ollama.Then(
            settings => settings.Host, (settings, value) => settings with { Host = value }))
        {
            Group = Group,
            Help = "As OLLAMA_HOST takes it: a host, host:port or a whole address.",
            Meaning = "Ollama server, in every form that Ollama itself accepts",
            Variables = [new("OLLAMA_HOST")],
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
            Help = "Picked at first start; where it is not installed, the first one that is.",
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
    ];

    private static string? Host(string host) =>
        host.Length == 0 ? "It must not be empty; Ollama on this machine is http://localhost:11434."
        : OllamaEndpoint.TryParse(host, out _, out var error) ? null
        : error;
}
