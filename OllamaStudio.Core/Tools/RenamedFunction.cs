using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Tools;

/// <summary>A function under another name.</summary>
internal sealed class RenamedFunction(AIFunction function, string name) : DelegatingAIFunction(function)
{
    /// <inheritdoc />
    public override string Name => name;
}
