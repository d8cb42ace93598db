using System.Collections.Concurrent;
using System.Diagnostics;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>Keeps every span of the studio that ended, as a recording listener sees it. For tests of the collection "telemetry" only.</summary>
internal sealed class SpanCollector : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public SpanCollector()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StudioDiagnostics.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => Started?.Invoke(activity),
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public event Action<Activity>? Started;

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<Activity> Ended => [.. _ended];

    public Activity this[string name] => Assert.Single(_ended, activity => activity.OperationName == name);

    public bool Has(string name) => _ended.Any(activity => activity.OperationName == name);

    /// <summary>Everything that the spans say, in one text: names, attributes, events, status, baggage.</summary>
    public string Everything() => string.Join('\n', _ended.SelectMany(Words));

    public void Dispose() => _listener.Dispose();

    private static IEnumerable<string> Words(Activity activity) =>
    [
        activity.OperationName,
        activity.DisplayName,
        activity.StatusDescription ?? "",
        .. activity.TagObjects.Select(Word),
        .. activity.Baggage.Select(item => $"{item.Key}={item.Value}"),
        .. activity.Events.SelectMany(happened => happened.Tags.Select(Word).Prepend(happened.Name)),
    ];

    private static string Word(KeyValuePair<string, object?> tag) =>
        $"{tag.Key}={(tag.Value is Array values ? string.Join(',', values.Cast<object>()) : tag.Value)}";
}
