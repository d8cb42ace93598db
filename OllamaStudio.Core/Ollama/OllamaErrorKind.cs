namespace OllamaStudio.Core.Ollama;

/// <summary>What went wrong with a call to Ollama, as far as a person's next step differs.</summary>
public enum OllamaErrorKind
{
    /// <summary>No connection, or no answer on it: refused, no such host, TLS failure, timeout, closed before the answer began.</summary>
    Unreachable,

    /// <summary>Something answers, but not Ollama (HTML, a redirect, another protocol).</summary>
    NotOllama,

    /// <summary>404 for a model that is not installed.</summary>
    ModelMissing,

    /// <summary>400 or another refusal of the request itself, such as "does not support tools".</summary>
    Refused,

    /// <summary>401 or 403.</summary>
    Unauthorized,

    /// <summary>429 or 503: the server is busy.</summary>
    Overloaded,

    /// <summary>500 and its like: loading failed, out of memory.</summary>
    ServerFailed,

    /// <summary>An error line within a stream that had begun (or as its first line).</summary>
    FailedMidStream,

    /// <summary>The prompt does not fit into the context window, and was refused instead of cut; whether by a status or within a stream.</summary>
    ContextExceeded,

    /// <summary>The process that runs the model died while it answered, often for lack of memory.</summary>
    RunnerDied,

    /// <summary>The stream ended, cleanly or cut, before its <c>done</c> chunk.</summary>
    StreamIncomplete,

    /// <summary>The answer is not what the protocol says: bad JSON, a line above the cap.</summary>
    BadAnswer,
}
