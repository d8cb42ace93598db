namespace OllamaStudio.Core.Chat;

/// <summary>An image that a tool returned.</summary>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Data">Its bytes.</param>
public sealed record ToolImage(string MediaType, ReadOnlyMemory<byte> Data);
