using System.Diagnostics;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>
/// Has the person asked, and tells how long their word took: in an event on the iteration that waits for it, and added up over
/// the turn. That time is the person's, not the tool's. Safe for concurrent use.
/// </summary>
/// <param name="inner">Asks.</param>
/// <param name="time">The clock of the wait.</param>
internal sealed class TimedApproval(IToolApproval inner, TimeProvider time) : IToolApproval
{
    private readonly Lock _gate = new();
    private TimeSpan? _waited;
    private long _since;
    private int _open;

    /// <summary>Wall clock in which a question was open, until now; questions side by side count once. Null where nobody was asked.</summary>
    public TimeSpan? Waited
    {
        get
        {
            lock (_gate)
            {
                return _open > 0 ? (_waited ?? default) + time.GetElapsedTime(_since) : _waited;
            }
        }
    }

    /// <inheritdoc />
    public async Task<ToolAnswer> AskAsync(string callId, StudioTool tool, CancellationToken cancellationToken)
    {
        var iteration = Activity.Current;
        var asked = time.GetTimestamp();
        ToolAnswer? answer = null;
        Open(asked);
        try
        {
            answer = await inner.AskAsync(callId, tool, cancellationToken);
            return answer.Value;
        }
        finally
        {
            Close();
            Tell(iteration, callId, tool, time.GetElapsedTime(asked), answer);
        }
    }

    private void Open(long now)
    {
        lock (_gate)
        {
            if (_open++ == 0)
            {
                _since = now;
            }
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            if (--_open == 0)
            {
                _waited = (_waited ?? default) + time.GetElapsedTime(_since);
            }
        }
    }

    private static void Tell(Activity? iteration, string callId, StudioTool tool, TimeSpan wait, ToolAnswer? answer) => iteration.Tell(it =>
    {
        var tags = new ActivityTagsCollection { [TelemetryNames.Approval.Wait] = wait.TotalMilliseconds };
        Add(TelemetryNames.Approval.Answer, Word(answer));
        if (SpanScope.Of(it) is { } scope)
        {
            var policy = scope.Policy.On(it);
            Add(TelemetryNames.GenAi.ToolName, policy.CalledTool(tool.Name, offered: true));
            Add(TelemetryNames.GenAi.ToolCallId, policy.CallId(callId));
        }

        it.AddEvent(new ActivityEvent(TelemetryNames.Approval.Event, tags: tags));

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                tags[key] = value;
            }
        }
    });

    private static string? Word(ToolAnswer? answer) => answer switch
    {
        ToolAnswer.AllowOnce => TelemetryNames.Approval.Once,
        ToolAnswer.AllowAlways => TelemetryNames.Approval.Always,
        ToolAnswer.Deny => TelemetryNames.Approval.Denied,
        _ => null,
    };
}
