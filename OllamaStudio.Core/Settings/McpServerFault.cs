namespace OllamaStudio.Core.Settings;

/// <summary>Something is wrong with one value of an MCP server. Never holds a secret.</summary>
/// <param name="Field">The property's name: <c>nameof(McpServerSettings.Command)</c> and the like.</param>
/// <param name="Message">What is wrong and what to do, in sentences for a person.</param>
public sealed record McpServerFault(string Field, string Message);
