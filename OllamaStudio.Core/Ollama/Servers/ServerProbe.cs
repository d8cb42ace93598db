namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>Asks a server how it stands. What goes wrong is in the answer; only being called off throws.</summary>
internal static class ServerProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Asks for everything, within three seconds.</summary>
    /// <exception cref="OperationCanceledException">It was called off.</exception>
    public static Task<ServerStatus> AskAsync(OllamaClient client, ServerStatus before, TimeProvider time, CancellationToken cancellationToken) =>
        AskAsync(client, before, time, async (address, limit) =>
        {
            // The list of models decides, and one that is not there is asked no more. Servers that speak the protocol without
            // being Ollama may lack the other two.
            var models = await client.ListModelsAsync(limit);
            var version = OptionalAsync(client.GetVersionAsync(limit));
            var running = OptionalAsync(client.ListRunningModelsAsync(limit));
            return new ServerStatus
            {
                Kind = before.Kind,
                State = ServerState.Up,
                HasAnswered = true,
                Address = address,
                Version = await version ?? (before.Address == address ? before.Version : null),
                Models = models,
                Running = await running ?? [],
            };
        }, cancellationToken);

    /// <summary>Asks a server that answered last time for the models in memory, within three seconds: one request.</summary>
    /// <exception cref="OperationCanceledException">It was called off.</exception>
    public static Task<ServerStatus> AskRunningAsync(OllamaClient client, ServerStatus before, TimeProvider time, CancellationToken cancellationToken) =>
        AskAsync(client, before, time, async (_, limit) =>
        {
            try
            {
                return before with { Running = await client.ListRunningModelsAsync(limit) };
            }
            catch (OllamaException error) when (error.Kind is not OllamaErrorKind.Unreachable)
            {
                // It is there, and does not tell.
                return before;
            }
        }, cancellationToken);

    /// <summary>
    /// The status of a server that did not answer. One answer that fails to come does not empty the model picker: what was
    /// listed last at the same address is most likely still there.
    /// </summary>
    public static ServerStatus Down(ServerStatus before, string address, string error, string? nextStep) =>
        before.Address == address
            ? before with { State = ServerState.Down, Error = error, NextStep = nextStep }
            : new ServerStatus { Kind = before.Kind, State = ServerState.Down, Address = address, Error = error, NextStep = nextStep };

    private static async Task<ServerStatus> AskAsync(
        OllamaClient client, ServerStatus before, TimeProvider time, Func<string, CancellationToken, Task<ServerStatus>> ask, CancellationToken cancellationToken)
    {
        var address = client.Endpoint.BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');
        using var timeout = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await ask(address, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Down(before, address, $"No answer within {Limit.TotalSeconds:0} s.", "Check that the address is right and the server is not overloaded.");
        }
        catch (OllamaException error)
        {
            return Down(before, address, error.Message, error.NextStep);
        }
    }

    private static async Task<T?> OptionalAsync<T>(Task<T> answer)
        where T : class
    {
        try
        {
            return await answer;
        }
        catch (Exception error) when (error is OllamaException or OperationCanceledException)
        {
            return null;
        }
    }
}
