namespace OllamaStudio.Simulator.Wire;

/// <summary>An answer of the form <c>{"error": "…"}</c>: with its status while nothing was sent, else as the stream's last line.</summary>
internal sealed class WireException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static WireException BadRequest(string message) => new(400, message);

    public static WireException ModelNotFound(string model) => new(404, $"model '{model}' not found");

    /// <summary>The queue is full, in Ollama's words, two blanks included.</summary>
    public static WireException Busy() => new(503, "server busy, please try again.  maximum pending requests exceeded");
}
