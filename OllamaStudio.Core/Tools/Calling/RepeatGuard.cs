using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Tools.Calling;

/// <summary>Counts how often in a row a model makes the same call: same tool, same arguments, in every answer. Not safe for concurrent use.</summary>
internal sealed class RepeatGuard
{
    private Dictionary<(string Name, string Arguments), int> _before = [];

    /// <summary>Takes the calls of the next answer.</summary>
    /// <returns>For each call how many times in a row it has been made now, from 1.</returns>
    public IReadOnlyList<int> Count(IReadOnlyList<FunctionCallContent> calls)
    {
        var now = new Dictionary<(string Name, string Arguments), int>();
        List<int> counts = [];
        foreach (var call in calls)
        {
            var key = (call.Name, ToolJson.Canonical(call));
            now[key] = now.TryGetValue(key, out var count) ? count + 1 : _before.GetValueOrDefault(key) + 1;
            counts.Add(now[key]);
        }

        _before = now;
        return counts;
    }
}
