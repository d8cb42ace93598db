namespace OllamaStudio.Simulator;

/// <summary>How a <see cref="SimulatorServer"/> behaves. The defaults look like a small model on a laptop.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Port on 127.0.0.1, 0–65535; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Seed of the replies: the same seed and conversation give the same reply. A request's own <c>seed</c> option goes before it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Tokens generated per second, not negative; 0 waits nowhere at all, neither while loading nor while reading the prompt.</summary>
    public double TokensPerSecond { get; init; } = 40;

    /// <summary>How long a model takes to load on first use, and again when its context size changes; not negative.</summary>
    public TimeSpan LoadDelay { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>Generations that one model runs side by side, at least 1 (Ollama's <c>OLLAMA_NUM_PARALLEL</c>).</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Requests that may wait for a model or a slot; one more is answered 503 (Ollama's <c>OLLAMA_MAX_QUEUE</c>).</summary>
    public int MaxPending { get; init; } = 512;

    /// <summary>The clock and the timers behind every wait.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal bool Unpaced => TokensPerSecond == 0;

    /// <summary>What is wrong with it, naming the option; null where nothing is.</summary>
    internal string? Fault() =>
        Port is < 0 or > 65535 ? $"{nameof(Port)} must be from 0 to 65535."
        : TokensPerSecond < 0 || !double.IsFinite(TokensPerSecond) ? $"{nameof(TokensPerSecond)} must be a finite number and not negative."
        : LoadDelay < TimeSpan.Zero ? $"{nameof(LoadDelay)} must not be negative."
        : Slots < 1 ? $"{nameof(Slots)} must be at least 1."
        : MaxPending < 1 ? $"{nameof(MaxPending)} must be at least 1."
        : null;
}
