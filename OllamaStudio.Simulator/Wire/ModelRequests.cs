using System.Text.Json;

namespace OllamaStudio.Simulator.Wire;

/// <summary>The body of <c>/api/show</c>, <c>/api/pull</c>, <c>/api/delete</c>, and what the bodies below have in common.</summary>
internal record ModelRequest
{
    public string? Model { get; init; }

    /// <summary>What older clients send in place of <see cref="Model"/>.</summary>
    public string? Name { get; init; }

    public bool? Stream { get; init; }

    /// <summary>The model's name as it was sent; empty where it was not.</summary>
    public string Asked() => string.IsNullOrEmpty(Model) ? Name ?? "" : Model;
}

internal sealed record CreateRequest : ModelRequest
{
    public string? From { get; init; }

    public string? System { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }
}

internal sealed record EmbedRequest : ModelRequest
{
    /// <summary>A string or an array of them.</summary>
    public JsonElement? Input { get; init; }

    public bool? Truncate { get; init; }

    public int? Dimensions { get; init; }

    public JsonElement? KeepAlive { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Options { get; init; }
}

internal sealed record CopyRequest(string? Source, string? Destination);
