namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>Asks a server how it stands.</summary>
internal static class ServerProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Asks; what goes wrong is in the answer. Ends within three seconds, or with <see cref="OperationCanceledException"/> where it is called off.</summary>
    public static async Task<ServerStatus> AskAsync(OllamaClient client, ServerStatus before, TimeProvider time, CancellationToken cancellationToken)
    {
        var address = client.Endpoint.BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');
        using var timeout = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            // The list of models decides. Servers that speak the protocol without being Ollama may lack the other two.
            var version = OptionalAsync(client.GetVersionAsync(limit.Token));
            var running = OptionalAsync(client.ListRunningModelsAsync(limit.Token));
            var models = await client.ListModelsAsync(limit.Token);
            return new ServerStatus
            {
                Kind = before.Kind, State = ServerState.Up, Address = address, Version = await version, Models = models, Running = await running ?? [],
            };
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

    /// <summary>
    /// The status of a server that did not answer. One answer that fails to come does not empty the model picker: what was
    /// listed last at the same address is most likely still there.
    /// </summary>
    public static ServerStatus Down(ServerStatus before, string address, string error, string? nextStep) =>
        before.Address == address
            ? before with { State = ServerState.Down, Error = error, NextStep = nextStep }
            : new ServerStatus { Kind = before.Kind, State = ServerState.Down, Address = address, Error = error, NextStep = nextStep };

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
