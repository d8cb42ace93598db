using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using OllamaStudio.Benchmarks.Replies;
using OllamaStudio.Core.Ollama;

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

    /// <summary>The same through <c>IChatClient</c>: updates, their contents, the usage.</summary>
    [Benchmark(OperationsPerInvoke = RecordedReply.Chunks)]
    public async Task<int> ChatClient()
    {
        int length = 0;
        using var chat = new OllamaChatClient(_client, RecordedReply.Model);
        await foreach (var update in chat.GetStreamingResponseAsync("Why is the sky blue?"))
        {
            length += update.Text.Length;
        }

        return length;
    }

    [GlobalCleanup]
    public void Cleanup() => _client.Dispose();
}
