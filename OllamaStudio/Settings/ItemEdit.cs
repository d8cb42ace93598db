using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>An item of a list that is being edited: what each <see cref="ItemInput"/> of its form needs to know.</summary>
/// <param name="Id">Begins the ids of its inputs on the page.</param>
/// <param name="Area">Begins their test ids.</param>
/// <param name="Draft">What is typed.</param>
/// <param name="Changed">Told what is typed next.</param>
/// <param name="Faults">What is wrong with it.</param>
public sealed record ItemEdit(string Id, string Area, ItemDraft Draft, EventCallback<ItemDraft> Changed, ImmutableArray<ItemFault> Faults)
{
    /// <summary>Types a text for a property.</summary>
    public Task ChangeAsync(string property, string? text) => Changed.InvokeAsync(Draft.With(property, text));
}
