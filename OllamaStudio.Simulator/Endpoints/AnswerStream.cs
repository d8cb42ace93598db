using System.Collections.Immutable;
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

    public async Task SendAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = WireAnswers.Ndjson;
        }

        var line = new byte[json.Length + 1];
        json.CopyTo(line);
        line[^1] = LineEnd;
        if (fault is null)
        {
            await context.Response.BodyWriter.WriteAsync(line, cancellationToken);
        }
        else
        {
            await fault.SendAsync(context.Response.BodyWriter, line, options, cancellationToken);
        }
    }

    /// <summary>An error: with its status where nothing was sent yet, else as a line of its own.</summary>
    public Task FailAsync(WireException error, CancellationToken cancellationToken) => context.Response.HasStarted
        ? SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ErrorAnswer(error.Message), WireContext.Wire.ErrorAnswer), cancellationToken)
        : WireAnswers.WriteErrorAsync(context, error);

    /// <summary>Sends chunks as they come.</summary>
    public async Task SendAllAsync(IAsyncEnumerable<Chunk> chunks, Func<Chunk, byte[]> format, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var chunk in chunks.WithCancellation(cancellationToken))
            {
                await SendAsync(chunk.Raw is { } raw ? Encoding.UTF8.GetBytes(raw) : format(chunk), cancellationToken);
            }
        }
        catch (WireException error)
        {
            await FailAsync(error, cancellationToken);
        }
    }

    /// <summary>Gathers the chunks into one that says <c>done</c> (or not, where a fault left that out).</summary>
    public static async Task<Chunk> GatherAsync(IAsyncEnumerable<Chunk> chunks, CancellationToken cancellationToken)
    {
        var (content, thinking, calls) = (new StringBuilder(), new StringBuilder(), ImmutableArray.CreateBuilder<ToolCall>());
        var last = new Chunk();
        await foreach (var chunk in chunks.WithCancellation(cancellationToken))
        {
            content.Append(chunk.Content);
            thinking.Append(chunk.Thinking);
            calls.AddRange(chunk.Calls);
            last = chunk;
        }

        return last with { Content = content.ToString(), Thinking = thinking.ToString(), Calls = calls.ToImmutable() };
    }
}
