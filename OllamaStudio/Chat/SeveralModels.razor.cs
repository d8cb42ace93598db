using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>Picks two or three models for the next message, and whether they are asked in turn or at once.</summary>
public partial class SeveralModels
{
    /// <summary>Calls of the past that tell how long a model takes to load.</summary>
    private const int CallsLookedAt = 50;

    private readonly Dictionary<string, TimeSpan?> _loads = new(StringComparer.Ordinal);
    private Layer? _layer;
    private List<string> _picked = [];
    private bool _isAtOnce;

    [Inject]
    public required ICallStore Calls { get; set; }

    /// <summary>The models that the next message is asked of; empty for the chat's own alone.</summary>
    [Parameter]
    public ImmutableArray<string> Picked { get; set; } = [];

    /// <summary>Whether they are asked at once.</summary>
    [Parameter]
    public bool IsAtOnce { get; set; }

    /// <summary>The chat's own model, which is picked first; null for none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>Whether images go with the next message.</summary>
    [Parameter]
    public bool HasImages { get; set; }

    /// <summary>Whether tools are switched on.</summary>
    [Parameter]
    public bool HasTools { get; set; }

    /// <summary>Why nothing can be asked of several now; null where it can.</summary>
    [Parameter]
    public string? Reason { get; set; }

    /// <summary>They are picked, or with none the chat's own model is asked alone.</summary>
    [Parameter, EditorRequired]
    public EventCallback<(ImmutableArray<string> Models, bool IsAtOnce)> OnPick { get; set; }

    private IEnumerable<OllamaModel> Models => Servers.Status.Current.Models.Where(static model => model.Capabilities.IsEmpty || model.Capabilities.Contains(Completion) || model.Capabilities.Contains(ModelCapabilities.Tools));

    private string? Fault => HasImages && _picked.FirstOrDefault(name => Servers.Status.Current.Find(name) is { } model && IsBlind(model)) is { } blind
        ? $"{ModelNames.Display(blind)} reads no images. Pick another model in its place, or remove the image."
        : null;

    private string Title => Reason ?? (Picked.IsEmpty
        ? "Ask several models, and compare their replies side by side"
        : $"The next message is asked of {SideBySideText.Names(Picked)}, {SideBySideText.How(IsAtOnce)}");

    // Ollama's word for a model that answers, and does not only turn text into vectors.
    private const string Completion = "completion";

    private static bool IsBlind(OllamaModel model) => !model.Capabilities.IsEmpty && !model.Capabilities.Contains(ModelCapabilities.Vision);

    // What a switch to it costs, by the person's own past; null where it was not seen.
    private string? Load(string model) => Servers.Status.Current.IsLoaded(model) ? "in memory" : _loads.GetValueOrDefault(model) is { } time ? $"loads in about {DurationText.Of(time)}" : null;

    // A question to the store for each model: not while the page is drawn.
    private async Task ReadLoadsAsync()
    {
        string[] models = [.. Models.Select(static model => model.Name)];
        var loads = await Task.Run(() => models.ToDictionary(static model => model, TypicalLoad, StringComparer.Ordinal));
        foreach (var (model, load) in loads)
        {
            _loads[model] = load;
        }

        StateHasChanged();
    }

    private TimeSpan? TypicalLoad(string model)
    {
        var seen = Calls.Newest(model, CallsLookedAt).Select(static call => call.Load).OfType<TimeSpan>().Where(static time => time > MeasuredCall.WarmLoad).Order().ToList();
        return seen.Count == 0 ? null : seen[seen.Count / 2];
    }

    // What was picked last is still picked; what is not installed any more is not.
    private void Open()
    {
        Servers.RequestLook(LookScope.All);
        Dispatch(ReadLoadsAsync);
        var kept = (Picked.IsEmpty ? _picked : [.. Picked]).Where(name => Servers.Status.Current.Find(name) is not null).ToList();
        _picked = kept.Count > 0 ? kept : Model is null ? [] : [Model];
        _isAtOnce = Picked.IsEmpty ? _isAtOnce : IsAtOnce;
    }

    private void Pick(string model, bool isPicked)
    {
        _picked.Remove(model);
        if (isPicked && _picked.Count < SideBySide.Most)
        {
            _picked.Add(model);
        }
    }

    private Task UseAsync()
    {
        _layer?.Close();
        return OnPick.InvokeAsync(([.. _picked], _isAtOnce));
    }

    private Task ClearAsync()
    {
        _layer?.Close();
        return OnPick.InvokeAsync(([], _isAtOnce));
    }
}
