using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama;

/// <summary>Bounds and credentials of an <see cref="OllamaClient"/>. The defaults suit a person who waits.</summary>
public sealed record OllamaClientOptions
{
    /// <summary>How long connecting may take. Nothing else of a chat is ever timed: loading a model is minutes of silence.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call that loads nothing (<c>version</c>, <c>tags</c>, <c>ps</c>, <c>show</c>) may take in all.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest line of a stream, in bytes; a longer one is <see cref="OllamaErrorKind.BadAnswer"/>.</summary>
    public int MaxLineBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Longest answer that is read whole, in bytes; a longer one is <see cref="OllamaErrorKind.BadAnswer"/>.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How often a request is sent again where the server surely did nothing with it: no connection was made, or it said
    /// 503. Queries are not: whoever polls asks again anyway.
    /// </summary>
    public int MaxRetries { get; init; } = 2;

    /// <summary>Wait before the first retry; doubled for each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a stream that says nothing is reported to whoever asked for it.</summary>
    public TimeSpan SilenceNotice { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sent as a bearer token to <c>https://ollama.com</c> and to nobody else; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary><c>user:password</c>, sent as basic authentication where no key is; null for none.</summary>
    public string? Login { get; init; }

    /// <summary>Further headers of every request; one named <c>Authorization</c> goes before key and login.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The clock of timeouts, retries and notices.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
