namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>Why somebody wants to know how the servers stand; it decides how often they are looked at.</summary>
public enum ServerInterest
{
    /// <summary>
    /// A page of the studio is open and in sight. That alone is no reason to look often: once a minute, as with no page at all.
    /// But while Ollama does not answer, the person is waiting for it, having just started it in another window, perhaps:
    /// then it is looked for every five seconds.
    /// </summary>
    Page,

    /// <summary>What a person looks at is about the servers: every five seconds.</summary>
    Servers,

    /// <summary>A turn runs: the models in memory are asked for every five seconds, from its beginning on.</summary>
    Turn,
}

/// <summary>How much a look asks for.</summary>
public enum LookScope
{
    /// <summary>Version, models, and models in memory of the server that the settings name, and of the demo where that answers.</summary>
    All,

    /// <summary>The same, but of the server that the settings name alone.</summary>
    Ollama,

    /// <summary>The models in memory of the server that answers: one request.</summary>
    Running,
}
