using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Generation;
using OllamaStudio.Simulator.Hosting;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>Answers that report their progress: line by line, or only the last line where no stream was wanted.</summary>
internal static class ProgressAnswer
{
    public const string Success = "success";

    public static async Task SendAsync(HttpContext context, SimulatorOptions options, bool stream, IAsyncEnumerable<ProgressLine> lines)
    {
        var cancellationToken = context.RequestAborted;
        if (stream)
        {
            // As chunks, so that faults can spoil them like any other stream.
            var fault = context.Features.Get<Fault>();
            var chunks = ToChunksAsync(lines, cancellationToken);
            await new AnswerStream(context, options, fault).SendAllAsync(fault?.Alter(chunks, cancellationToken) ?? chunks, static _ => [], cancellationToken);
            return;
        }

        var last = new ProgressLine("");
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            last = line;
        }

        await WireAnswers.WriteAsync(context, last, WireContext.Wire.ProgressLine);
    }

    private static async IAsyncEnumerable<Chunk> ToChunksAsync(IAsyncEnumerable<ProgressLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            yield return new Chunk { Raw = JsonSerializer.Serialize(line, WireContext.Wire.ProgressLine), Done = line.Status == Success };
        }
    }
}
