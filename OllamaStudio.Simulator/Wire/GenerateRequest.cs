using System.Collections.Immutable;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Wire;

/// <summary>Reads <c>/api/generate</c> into the terms of a chat.</summary>
internal static class GenerateRequest
{
    public const string GoType = "GenerateRequest";

    /// <summary>A prompt without text only loads the model; <c>raw</c> goes without templates, so it refuses what needs one.</summary>
    public static InferenceRequest Read(Fields fields)
    {
        var (prompt, system) = (fields.Text("prompt"), fields.Text("system"));
        var context = fields.List("context", "[]int");
        if (fields.Flag("raw") == true && (system.Length > 0 || fields.Text("template").Length > 0 || context.Count > 0))
        {
            throw WireException.BadRequest("raw mode does not support template, system, or context");
        }

        var turns = ImmutableArray.CreateBuilder<Turn>();
        if (prompt.Length > 0)
        {
            if (system.Length > 0)
            {
                turns.Add(new Turn("system", system));
            }

            turns.Add(new Turn("user", prompt) { Images = ChatRequest.ReadImages(fields) });
        }

        return new InferenceRequest
        {
            Model = fields.Text("model"),
            Stream = fields.Flag("stream") ?? true,
            Truncate = fields.Flag("truncate") ?? true,
            Shift = fields.Flag("shift") ?? true,
            Format = ChatRequest.ReadFormat(fields),
            Think = ChatRequest.ReadThink(fields),
            KeepAlive = fields.Any("keep_alive") is { } keepAlive ? GoDuration.Read(keepAlive) : null,
            Options = fields.Object("options", "map[string]interface {}"),
            Logprobs = ChatRequest.ReadLogprobs(fields),
            Turns = turns.ToImmutable(),
            Raw = fields.Flag("raw") ?? false,
            NeedsInsert = fields.Text("suffix").Length > 0,
        };
    }
}
