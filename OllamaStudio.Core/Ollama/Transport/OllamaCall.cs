namespace OllamaStudio.Core.Ollama.Transport;

/// <summary>One call of Ollama's API.</summary>
/// <param name="Method">GET, POST or DELETE.</param>
/// <param name="Path">Below the endpoint's address, such as <c>api/chat</c>.</param>
/// <param name="Body">JSON; null for none.</param>
/// <param name="Model">The model that is asked for, which a 404 then means; null where the call names none.</param>
internal readonly record struct OllamaCall(HttpMethod Method, string Path, byte[]? Body = null, string? Model = null)
{
    /// <summary>A query without a body.</summary>
    public static OllamaCall Get(string path) => new(HttpMethod.Get, path);

    /// <summary>A call with a body.</summary>
    public static OllamaCall Post(string path, byte[] body, string? model) => new(HttpMethod.Post, path, body, model);
}
