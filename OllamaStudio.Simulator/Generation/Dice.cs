namespace OllamaStudio.Simulator.Generation;

/// <summary>Chance that is the same for the same conversation: SplitMix64, seeded from the seed and every message.</summary>
internal sealed class Dice(ulong state)
{
    private ulong _state = state;

    public static Dice For(Conversation conversation)
    {
        // FNV-1a; string.GetHashCode differs from one process to the next.
        var hash = 14695981039346656037UL;
        Mix(ref hash, conversation.Model.Behaviour);
        foreach (var turn in conversation.Turns)
        {
            Mix(ref hash, turn.Role);
            Mix(ref hash, turn.Content);
        }

        return new Dice(hash ^ unchecked((ulong)conversation.Seed * 0x9E3779B97F4A7C15UL));
    }

    /// <summary>A number from 0 to below <paramref name="count"/>.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>Small letters and digits.</summary>
    public string Letters(int length)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
        return string.Create(length, this, static (span, dice) =>
        {
            foreach (ref var c in span)
            {
                c = Alphabet[dice.Below(Alphabet.Length)];
            }
        });
    }

    private static void Mix(ref ulong hash, string text)
    {
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 1099511628211UL);
        }

        hash = unchecked((hash ^ 0xFFFF) * 1099511628211UL);
    }

    private ulong Next()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15UL);
        var z = _state;
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }
}
