namespace OllamaStudio.Settings;

/// <summary>An item of a list on the page.</summary>
/// <param name="Draft">What is typed.</param>
/// <param name="Edit">What its inputs need to know.</param>
/// <param name="IsInForce">Whether what is typed is in force.</param>
/// <param name="Remove">Takes it off the list.</param>
public sealed record ListItem(ItemDraft Draft, ItemEdit Edit, bool IsInForce, Action Remove);
