namespace OllamaStudio.Core.Settings;

/// <summary>Something is wrong with the value of one setting. Never holds a secret.</summary>
/// <param name="Key">The setting's key; see <see cref="SettingKeys"/>.</param>
/// <param name="Source">Where the value comes from (<c>OTEL_SERVICE_NAME</c>, <c>--PORT</c>, <c>settings.json</c>); null for one that was just entered.</param>
/// <param name="Message">What is wrong and what to do, in sentences for a person.</param>
public sealed record SettingFault(string Key, string? Source, string Message);
