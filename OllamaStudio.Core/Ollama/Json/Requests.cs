namespace OllamaStudio.Core.Ollama.Json;

/// <summary><c>{"model":"llama3.1:8b"}</c></summary>
internal sealed record ModelRequest(string Model);

/// <summary><c>{"model":"llama3.1:8b","insecure":true}</c></summary>
internal sealed record PullRequest(string Model, bool? Insecure);

/// <summary><c>{"source":"llama3.1:8b","destination":"mine"}</c></summary>
internal sealed record CopyRequest(string Source, string Destination);
