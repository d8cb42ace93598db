using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat.Parameters;

/// <summary>Parameters that are kept for more than one conversation: presets, and the defaults of models. They are settings.</summary>
public sealed class ParameterSets(SettingsService settings)
{
    /// <summary>The presets, by their names.</summary>
    public ImmutableArray<ParameterSet> Presets => settings.Current.Chat.Presets;

    /// <summary>What holds for a model where a conversation sets nothing.</summary>
    public static ChatParameters DefaultsOf(string model, StudioSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Chat.ModelDefaults.FirstOrDefault(set => ModelNames.Same(set.Name, model)) is { } set ? ChatParameters.OfTexts(set.Parameters) : ChatParameters.None;
    }

    /// <inheritdoc cref="DefaultsOf(string, StudioSettings)"/>
    public ChatParameters DefaultsOf(string model) => DefaultsOf(model, settings.Current);

    /// <summary>The preset of that name; null where there is none.</summary>
    public ChatParameters? FindPreset(string name) =>
        Presets.FirstOrDefault(set => IsSame(set.Name, name)) is { } set ? ChatParameters.OfTexts(set.Parameters) : null;

    /// <summary>Keeps a preset, in the place of one of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameters">What it sets; null deletes it.</param>
    /// <returns>Why it was not kept, or not for longer than the studio runs; null for neither.</returns>
    public Task<string?> SavePresetAsync(string name, ChatParameters? parameters) => SaveAsync(
        chat => chat with { Presets = Put(chat.Presets, IsSame, name, parameters) });

    /// <summary>Keeps what holds for a model where a conversation sets nothing.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="parameters">What is set; nothing deletes it.</param>
    /// <returns>As <see cref="SavePresetAsync"/>.</returns>
    public Task<string?> SaveDefaultsAsync(string model, ChatParameters parameters) => SaveAsync(
        chat => chat with { ModelDefaults = Put(chat.ModelDefaults, ModelNames.Same, model, DefaultOf(parameters)) });

    // Where nothing else is set the server's own holds anyway, and all tools are on.
    private static ChatParameters? DefaultOf(ChatParameters parameters) =>
        parameters.ServersOwn.Aggregate(parameters.ToolsOff is { IsEmpty: true } ? parameters.WithToolsOff(null) : parameters, static (set, parameter) => set.WithServersOwn(parameter, isServers: false))
            is { HasAny: true } kept ? kept : null;

    private static ImmutableArray<ParameterSet> Put(ImmutableArray<ParameterSet> sets, Func<string, string, bool> isSame, string name, ChatParameters? parameters)
    {
        var known = sets.FirstOrDefault(set => isSame(set.Name, name));
        return (known, parameters) switch
        {
            (null, null) => sets,
            (null, _) => sets.Add(new ParameterSet { Name = name, Parameters = parameters.ToTexts() }),
            (_, null) => sets.Remove(known),
            _ => sets.Replace(known, known with { Parameters = parameters.ToTexts() }),
        };
    }

    private static bool IsSame(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    private async Task<string?> SaveAsync(Func<ChatSettings, ChatSettings> change)
    {
        var result = await settings.SaveAsync(current => current with { Chat = change(current.Chat) }, CancellationToken.None);
        return result.Succeeded ? result.StorageProblem : string.Join(' ', result.Faults.Select(static fault => fault.Message));
    }
}
