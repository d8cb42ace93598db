namespace OllamaStudio.Core.Settings;

/// <summary>Settings that stand together on the page, under one heading.</summary>
/// <param name="Id">The section's id on the page, for links to it.</param>
/// <param name="Title">Its heading.</param>
public sealed record SettingGroup(string Id, string Title);
