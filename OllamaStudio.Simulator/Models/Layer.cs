using System.Security.Cryptography;
using System.Text;

namespace OllamaStudio.Simulator.Models;

/// <summary>A part of a model as a registry stores it.</summary>
/// <param name="Digest">With its prefix, as progress lines show it: <c>sha256:…</c>.</param>
/// <param name="Total">Bytes.</param>
internal sealed record Layer(string Digest, long Total)
{
    // Licence, template and parameters: small beside the weights, as in real models.
    private const long SmallParts = 12_345;

    /// <summary>The weights first, then three small parts.</summary>
    public static IReadOnlyList<Layer> Of(DemoModel model) =>
    [
        Make(model, "weights", model.Size - SmallParts),
        Make(model, "template", 1_482),
        Make(model, "license", 10_378),
        Make(model, "parameters", 485),
    ];

    private static Layer Make(DemoModel model, string part, long bytes) =>
        new("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{model.Behaviour}/{part}"))), bytes);
}
