using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>Something is wrong with the value of one setting. Never holds a secret.</summary>
/// <param name="Key">The setting's key; see <see cref="SettingDefinition.Key"/>.</param>
/// <param name="Source">Where the value comes from (<c>OTEL_SERVICE_NAME</c>, <c>--PORT</c>, <c>settings.json</c>); null for one that was just entered.</param>
/// <param name="Message">What is wrong and what to do, in sentences for a person.</param>
public sealed record SettingFault(string Key, string? Source, string Message)
{
    /// <summary>Where the setting is a list, what is wrong with its items one by one; <see cref="Message"/> says the same in a line.</summary>
    public ImmutableArray<ItemFault> Items { get; init; } = [];
}

/// <summary>Something is wrong with one value of one item of a list. Never holds a secret.</summary>
/// <param name="Index">The item's place in the list, from 0.</param>
/// <param name="Field">The property's name: <c>nameof(McpServerSettings.Command)</c> and the like.</param>
/// <param name="Message">What is wrong and what to do, in sentences for a person.</param>
public sealed record ItemFault(int Index, string Field, string Message);
