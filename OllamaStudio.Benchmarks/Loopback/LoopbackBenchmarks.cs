using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OllamaStudio.Benchmarks.Replies;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>One request over a socket of this machine, to a server in another process.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The global cleanup ends what the global setup began.")]
public class LoopbackBenchmarks
{
    private readonly byte[] _body = JsonSerializer.SerializeToUtf8Bytes(
        new { model = RecordedReply.Model, messages = new[] { new { role = "user", content = "Why is the sky blue?" } }, stream = true });

    private readonly byte[] _buffer = new byte[16 * 1024];
    private ServerProcess _server = null!;
    private HttpClient _http = null!;
    private OllamaClient _client = null!;

    /// <summary>Ollama's own is the first.</summary>
    [Params(Framing.FlushedLines, Framing.OneWrite)]
    public Framing Framing { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _server = new ServerProcess(Framing);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = _server.Address };
        _client = new OllamaClient(OllamaEndpoint.Parse(_server.Address.ToString()));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _http.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    /// <summary>The least that any client can do: read the bytes and forget them.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RecordedReply.Chunks)]
    public async Task<int> BareHttpClient()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/chat")
        {
            Content = new ByteArrayContent(_body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        int length = 0;
        for (int read; (read = await stream.ReadAsync(_buffer)) > 0;)
        {
            length += read;
        }

        return length;
    }

    /// <summary>Typed chunks, every error of the wire told apart.</summary>
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
}
