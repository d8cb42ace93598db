using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Endpoints;

/// <summary>Vectors without a meaning learned: words are hashed, so texts that share words lie closer together.</summary>
internal static class Embedding
{
    public const int Dimensions = 256;

    /// <summary>A vector of length 1, the same for the same text; with fewer dimensions where asked (0 for all).</summary>
    public static float[] Of(string text, int dimensions)
    {
        var vector = new float[Dimensions];
        foreach (var token in Tokenizer.Split(text))
        {
            var hash = 2166136261u;
            foreach (var c in token.Trim())
            {
                hash = unchecked((hash ^ char.ToLowerInvariant(c)) * 16777619u);
            }

            vector[hash % Dimensions] += (hash & 0x10000) == 0 ? 1 : -1;
        }

        // Words that cancel each other out (or no words) must not leave a vector without a direction.
        vector[0] += 0.01f;
        return Normalize(dimensions is > 0 and < Dimensions ? vector[..dimensions] : vector);
    }

    private static float[] Normalize(float[] vector)
    {
        var length = MathF.Sqrt(vector.Sum(static value => value * value));
        return [.. vector.Select(value => length == 0 ? 0 : value / length)];
    }
}
