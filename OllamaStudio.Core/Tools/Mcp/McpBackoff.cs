namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>How long to wait before the next attempt: a second, then twice as long each time, up to a minute.</summary>
internal sealed class McpBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>A connection that held this long makes the next failure a first one.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private TimeSpan _next = First;

    /// <summary>The wait before the next attempt.</summary>
    /// <param name="held">How long the connection held that has just failed; zero where there was none.</param>
    public TimeSpan Next(TimeSpan held)
    {
        var wait = held >= Stable ? First : _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
