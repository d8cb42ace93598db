using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OllamaStudio.Benchmarks.Replies;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Json;

namespace OllamaStudio.Benchmarks.Parsing;

/// <summary>The recorded reply, from bytes in memory to typed chunks.</summary>
public class ParseBenchmarks
{
    private readonly OllamaClient _client = ReplyInMemory.CreateClient();

    /// <summary>What everybody has: the serializer with generated code.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RecordedReply.Chunks)]
    public async Task<int> Serializer()
    {
        int length = 0;
        using var bytes = new MemoryStream(RecordedReply.Bytes, writable: false);
        await foreach (var chunk in JsonSerializer.DeserializeAsyncEnumerable(bytes, SerializerContext.Default.SerializerChunk, topLevelValues: true))
        {
            length += chunk!.Message!.Content!.Length;
        }

        return length;
    }

    /// <summary>What the studio has, from the request to the last chunk: cutting, checking and parsing, within an <see cref="HttpClient"/>.</summary>
    [Benchmark(OperationsPerInvoke = RecordedReply.Chunks)]
    public async Task<int> Client()
    {
        int length = 0;
        await foreach (OllamaChatChunk chunk in _client.ChatStreamAsync(ReplyInMemory.Request))
        {
            length += chunk.Content.Length;
        }

        return length;
    }

    /// <summary>The parser of the client alone, on lines that are cut already.</summary>
    [Benchmark(OperationsPerInvoke = RecordedReply.Chunks)]
    public int ParserAlone()
    {
        int length = 0;
        var parser = new ChatChunkParser();
        foreach (var line in RecordedReply.Lines)
        {
            length += parser.Parse(line.Span[..^1], out _)!.Content.Length;
        }

        return length;
    }

    [GlobalCleanup]
    public void Cleanup() => _client.Dispose();
}
