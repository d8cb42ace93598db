using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Lab;

/// <summary>A model call that took place, as far as its span and its conversation tell.</summary>
/// <param name="Request">What it asked, as far as that is known.</param>
/// <param name="Server">Where it was sent; null where the span does not say.</param>
/// <param name="Reply">What it answered.</param>
public sealed record RecordedCall(ModelCallRequest Request, Uri? Server, RecordedReply Reply)
{
    /// <summary>Whether every message is there that was sent; what else is missing is among the <see cref="Notes"/>.</summary>
    public bool IsWhole { get; init; }

    /// <summary>What a person should know of it, what is missing first; sentences. Empty where it is exactly what was sent.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>What a model call answered.</summary>
/// <param name="Text">Its text; empty where it has none or none is known.</param>
/// <param name="Thinking">Its thinking; empty where it has none or none is known.</param>
/// <param name="IsWhole">Whether that is all of it.</param>
public sealed record RecordedReply(string Text, string Thinking, bool IsWhole)
{
    /// <summary>Nothing is known.</summary>
    public static RecordedReply Unknown { get; } = new("", "", IsWhole: false);

    /// <summary>The tools that it called, each as name and arguments.</summary>
    public ImmutableArray<string> Calls { get; init; } = [];

    /// <summary>A call of a tool as name and arguments.</summary>
    public static string Show(FunctionCallContent call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return $"{call.Name}({ToolJson.Arguments(call)})";
    }
}
