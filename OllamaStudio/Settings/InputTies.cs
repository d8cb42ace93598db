namespace OllamaStudio.Settings;

/// <summary>What ties an input to its row, whatever draws it: its label, its notes, whether it may be used.</summary>
/// <param name="Id">The input's id on the page; its label names it, and <c>{Id}-label</c> is the label's own.</param>
/// <param name="Disabled">Whether it cannot be changed.</param>
/// <param name="IsFaulty">Whether what is put in is wrong.</param>
/// <param name="Attributes">The rest, for the very element that a person acts on: its test id, its notes, whether it is wrong.</param>
public sealed record InputTies(string Id, bool Disabled, bool IsFaulty, IReadOnlyDictionary<string, object> Attributes);
