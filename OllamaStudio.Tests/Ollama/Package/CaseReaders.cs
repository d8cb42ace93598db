using System.Globalization;
using System.Text.Json;
using OllamaSharp;
using OllamaSharp.Models;
using OllamaSharp.Models.Chat;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama.Package;

/// <summary>
/// What two clients make of a case, in the same words: text, (thinking), calls, counts and <c>done</c> of a chat, names and the like of
/// models; <c>!</c> and the exception where there is one.
/// </summary>
internal static class CaseReaders
{
    /// <summary>The client of OllamaSharp as it is shipped.</summary>
    public static async Task<string> PackageAsync(HostileCase one, Uri address)
    {
        using var client = new OllamaApiClient(address);
        var said = new List<string>();
        return await DescribeAsync(said, async () =>
        {
            switch (one.Call)
            {
                case Call.Tags:
                    said.AddRange((await client.ListLocalModelsAsync()).Select(model => model.Name).Take(2));
                    break;
                case Call.Running:
                    said.AddRange((await client.ListRunningModelsAsync()).Select(model => $"{model.Name} {model.ContextLength} {model.ExpiresAt.ToUniversalTime():O}"));
                    break;
                case Call.Show:
                    ShowModelResponse details = await client.ShowModelAsync("m");
                    said.Add($"{details.Info?.Architecture} {details.Details?.Family} {details.Capabilities?.Length ?? 0}");
                    break;
                case Call.Pull:
                    await foreach (PullModelResponse? step in client.PullModelAsync("m"))
                    {
                        said.Add(step!.Status);
                    }

                    break;
                default:
                    using (var stop = new CancellationTokenSource())
                    {
                        var request = new ChatRequest { Model = "m", Messages = [new() { Role = "user", Content = "Hello" }], Stream = one.Call is Call.Chat };
                        await foreach (ChatResponseStream? chunk in client.ChatAsync(request, stop.Token))
                        {
                            var last = chunk as ChatDoneResponseStream;
                            AddChunk(
                                said, chunk!.Message?.Content, chunk.Message?.Thinking,
                                chunk.Message?.ToolCalls?.Select(call => (call.Function!.Name!, JsonSerializer.Serialize(call.Function.Arguments))),
                                last is null ? null : $"{last.PromptEvalCount}+{last.EvalCount}");
                            await GoOnAsync(one, stop);
                        }
                    }

                    break;
            }
        });
    }

    /// <summary>The studio's.</summary>
    public static async Task<string> StudioAsync(HostileCase one, Uri address)
    {
        using var client = new OllamaClient(OllamaEndpoint.Parse(address.ToString()), options: new OllamaClientOptions { RetryDelay = TimeSpan.Zero });
        var said = new List<string>();
        return await DescribeAsync(said, async () =>
        {
            switch (one.Call)
            {
                case Call.Tags:
                    said.AddRange((await client.ListModelsAsync()).Select(model => model.RemoteHost is null ? model.Name : $"{model.Name} at {model.RemoteHost}").Take(2));
                    break;
                case Call.Running:
                    said.AddRange((await client.ListRunningModelsAsync()).Select(model => $"{model.Name} {model.ContextLength} {model.ExpiresAt?.UtcDateTime:O}"));
                    break;
                case Call.Show:
                    OllamaModelDetails details = await client.ShowModelAsync("m");
                    said.Add($"{details.Architecture} {details.Family} {details.Capabilities.Length}");
                    break;
                case Call.Pull:
                    await foreach (OllamaProgress step in client.PullModelAsync("m"))
                    {
                        said.Add(step.Status);
                    }

                    break;
                default:
                    using (var stop = new CancellationTokenSource())
                    {
                        var request = new OllamaChatRequest { Model = "m", Messages = [new() { Role = "user", Content = "Hello" }] };
                        IAsyncEnumerable<OllamaChatChunk> chunks = one.Call is Call.Chat
                            ? client.ChatStreamAsync(request, stop.Token) : new[] { await client.ChatAsync(request) }.ToAsyncEnumerable();
                        await foreach (OllamaChatChunk chunk in chunks)
                        {
                            AddChunk(
                                said, chunk.Content, chunk.Thinking, chunk.ToolCalls.Select(call => (call.Name, call.Arguments.GetRawText())),
                                chunk.Done ? $"{Count(chunk.Stats?.PromptEvalCount)}{(chunk.Stats?.PromptEvalCachedCount is { } cached ? $"({cached})" : "")}+{Count(chunk.Stats?.EvalCount)}" : null);
                            await GoOnAsync(one, stop);
                        }
                    }

                    break;
            }
        });
    }

    private static string Count(long? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "?";

    private static void AddChunk(List<string> said, string? text, string? thinking, IEnumerable<(string Name, string Arguments)>? calls, string? counts)
    {
        said.AddRange(new[] { thinking is { Length: > 0 } ? $"({thinking})" : "", text is { Length: > 100 } ? "a long text" : text ?? "" }.Where(part => part.Length > 0));
        said.AddRange((calls ?? []).Select(call => $"{call.Name}{call.Arguments}"));
        said.AddRange(counts is null ? [] : [counts, "done"]);
    }

    private static async Task GoOnAsync(HostileCase one, CancellationTokenSource stop)
    {
        one.Seen?.TrySetResult();
        if (one.Cancelled is { } cancelled && !stop.IsCancellationRequested)
        {
            // Now, while nothing comes; the server goes on after it.
            await stop.CancelAsync();
            cancelled.TrySetResult();
        }
    }

    private static async Task<string> DescribeAsync(List<string> said, Func<Task> read)
    {
        try
        {
            await read().WaitAsync(StreamExtensions.Guard);
            return string.Join(' ', said);
        }
        catch (Exception e)
        {
            return $"!{(e is OllamaException ours ? ours.ErrorType : e is IOException ? nameof(IOException) : e.GetType().Name)}";
        }
    }
}
