using Microsoft.Extensions.AI;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Tools;

/// <summary>
/// Counts in how many answers in a row a model makes the same call: same tool, same arguments. Several of them in one answer are one:
/// rolling five dice at once is no loop. Not safe for concurrent use.
/// </summary>
internal sealed class RepeatGuard
{
    private Dictionary<(string Name, string Arguments), int> _before = [];

    /// <summary>Takes the calls of the next answer.</summary>
    /// <returns>For each call in how many answers in a row it has been made now, from 1.</returns>
    public IReadOnlyList<int> Count(IReadOnlyList<FunctionCallContent> calls)
    {
        var now = new Dictionary<(string Name, string Arguments), int>();
        List<int> counts = [];
        foreach (var call in calls)
        {
            var key = (call.Name, ToolJson.Canonical(call));
            now[key] = _before.GetValueOrDefault(key) + 1;
            counts.Add(now[key]);
        }

        _before = now;
        return counts;
    }
}
