namespace OllamaStudio.Core.Tools;

/// <summary>An image that a tool returned.</summary>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Data">Its bytes.</param>
public sealed record ToolImage(string MediaType, ReadOnlyMemory<byte> Data)
{
    /// <summary>Id, unique among all images, which nobody can guess.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");
}
