using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>Sends lines of NDJSON, each flushed. The headers leave with the first line and not before.</summary>
internal sealed class AnswerStream(HttpContext context, SimulatorOptions options, Fault? fault)
{
    private const byte LineEnd = (byte)'\n';

    /// <summary>Sends chunks as they come, spoiled by the fault; an error with its status where nothing was sent yet, else as a line of its own.</summary>
    public async Task SendAsync(IAsyncEnumerable<Chunk> chunks, Func<Chunk, byte[]> format)
    {
        try
        {
            await foreach (var chunk in (fault?.Alter(chunks, context.RequestAborted) ?? chunks).WithCancellation(context.RequestAborted))
            {
                await SendAsync(format(chunk));
            }
        }
        catch (WireException error) when (context.Response.HasStarted)
        {
            await SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ErrorAnswer(error.Message), WireContext.Wire.ErrorAnswer));
        }
    }

    /// <summary>Progress line by line, or only the last one where no stream is wanted.</summary>
    public static async Task SendProgressAsync(HttpContext context, SimulatorOptions options, bool stream, IAsyncEnumerable<ProgressLine> lines)
    {
        if (!stream)
        {
            await WireAnswers.WriteAsync(context, await lines.LastAsync(context.RequestAborted), WireContext.Wire.ProgressLine);
            return;
        }

        // As chunks, so that faults can spoil them like any other stream.
        var chunks = lines.Select(static line => new Chunk { Raw = JsonSerializer.Serialize(line, WireContext.Wire.ProgressLine), Done = line.Status == ProgressLine.Success });
        await new AnswerStream(context, options, context.Features.Get<Fault>()).SendAsync(chunks, static chunk => Encoding.UTF8.GetBytes(chunk.Raw!));
    }

    /// <summary>Gathers the chunks, spoiled by the fault, into one that says <c>done</c> (or not, where the fault left that out).</summary>
    public async Task<Chunk> GatherAsync(IAsyncEnumerable<Chunk> chunks)
    {
        var all = await (fault?.Alter(chunks, context.RequestAborted) ?? chunks).ToListAsync(context.RequestAborted);
        return (all.LastOrDefault() ?? new Chunk()) with
        {
            Content = string.Concat(all.Select(static chunk => chunk.Content)),
            Thinking = string.Concat(all.Select(static chunk => chunk.Thinking)),
            Calls = [.. all.SelectMany(static chunk => chunk.Calls)],
        };
    }

    private async Task SendAsync(byte[] json)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = WireAnswers.Ndjson;
        }

        byte[] line = [.. json, LineEnd];
        if (fault is null)
        {
            await context.Response.BodyWriter.WriteAsync(line, context.RequestAborted);
        }
        else
        {
            await fault.SendAsync(context.Response.BodyWriter, line, options, context.RequestAborted);
        }
    }
}
