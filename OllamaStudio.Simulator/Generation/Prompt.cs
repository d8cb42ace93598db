using System.Collections.Immutable;
using System.Text;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

/// <summary>The text that a model would read, and what had to go so that it fits.</summary>
internal sealed record Prompt(string Text, int Tokens, ImmutableArray<Message> Kept, int Dropped)
{
    /// <summary>What an image takes, whatever its size: as with models that cut every image to one of theirs.</summary>
    public const int TokensPerImage = 256;

    /// <summary>
    /// Renders the messages. Where they do not fit into the context and truncating is allowed, the oldest are dropped in
    /// silence, system messages and the last message stay (Ollama's <c>chatPrompt</c>); where it is not allowed, that is a 400.
    /// </summary>
    public static Prompt Render(ImmutableArray<Message> turns, ImmutableArray<ToolFunction> tools, int contextLength, bool truncate, bool endsEveryMessage = false)
    {
        var fixedPart = RenderTools(tools);
        var rendered = turns.Select((turn, i) => RenderTurn(turn, isOpen: !endsEveryMessage && i == turns.Length - 1 && turn.Role == "assistant")).ToArray();
        var sizes = rendered.Zip(turns, static (text, turn) => Tokenizer.Count(text) + (TokensPerImage * (turn.Images?.Count ?? 0))).ToArray();
        var total = Tokenizer.Count(fixedPart) + sizes.Sum();
        if (total > contextLength && !truncate)
        {
            // As Ollama sends it: JSON in the error's text.
            throw WireException.BadRequest(
                $$$"""{"error":{"code":400,"message":"request ({{{total}}} tokens) exceeds the available context size ({{{contextLength}}} tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":{{{total}}},"n_ctx":{{{contextLength}}}}}""");
        }

        var kept = Enumerable.Repeat(true, turns.Length).ToArray();
        for (var i = 0; i < turns.Length - 1 && total > contextLength; i++)
        {
            if (turns[i].Role != "system")
            {
                kept[i] = false;
                total -= sizes[i];
            }
        }

        var text = fixedPart + string.Concat(rendered.Where((_, i) => kept[i]));
        // A last message that is too long on its own is cut by the runner, to half of its context.
        return new Prompt(text, total > contextLength ? contextLength / 2 : total, [.. turns.Where((_, i) => kept[i])], kept.Count(static keep => !keep));
    }

    // An answer that stands last is left open, unless the template ends it: the model goes on from its text.
    private static string RenderTurn(Message turn, bool isOpen)
    {
        var text = new StringBuilder().Append('<').Append(turn.Role).Append(">\n").Append(turn.Thinking).Append(turn.Content);
        foreach (var call in turn.ToolCalls ?? [])
        {
            text.Append('\n').Append(call.Function.Name).Append(call.Function.Arguments.ToJsonString());
        }

        return (isOpen ? text : text.Append('\n')).ToString();
    }

    private static string RenderTools(ImmutableArray<ToolFunction> tools) =>
        string.Concat(tools.Select(static tool => $"{tool.Name}: {tool.Description} {tool.Parameters.ToJsonString()}\n"));
}
