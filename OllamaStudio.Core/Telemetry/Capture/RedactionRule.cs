using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>One thing that is hidden.</summary>
/// <param name="Name">What a person calls it: <c>e-mail address</c>.</param>
/// <param name="Mark">What stands in its place.</param>
/// <param name="Find">Where it stands in a text, in order and without overlaps; null for nowhere.</param>
internal sealed record RedactionRule(string Name, string Mark, Func<string, List<(int Start, int Length)>?> Find)
{
    private const string SecretGroup = "secret";

    /// <summary>Hides what a pattern matches or, where it has a group <c>secret</c>, only that.</summary>
    public static RedactionRule Of(string name, string mark, Regex pattern) => new(name, mark, text =>
    {
        List<(int, int)>? found = null;
        for (var match = pattern.Match(text); match.Success; match = match.NextMatch())
        {
            var hidden = match.Groups[SecretGroup] is { Success: true } secret ? secret : match;
            if (hidden.Length > 0)
            {
                (found ??= []).Add((hidden.Index, hidden.Length));
            }
        }

        return found;
    });
}
