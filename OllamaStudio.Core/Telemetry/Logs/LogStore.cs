using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Telemetry.Logs;

/// <summary>
/// The newest lines of the studio's log, in memory: at most <see cref="MaxLines"/>, and together at most <see cref="MaxBytes"/>;
/// beyond that the oldest go. Safe to use from any thread.
/// </summary>
public sealed class LogStore(TimeProvider time) : IDisposable
{
    /// <summary>Most lines kept.</summary>
    public const int MaxLines = 10_000;

    /// <summary>Most bytes that they take together, about; one line is far smaller (<see cref="LogRecorder"/>).</summary>
    public const int MaxBytes = 16_000_000;

    private readonly ChangeSignal _changed = new(time);
    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = [];
    private ImmutableArray<LogLine> _read = [];
    private long _bytes;
    private long _seen;

    /// <summary>The lines kept, oldest first. Their numbers have no gaps: what went before the first is one less than its number.</summary>
    public ImmutableArray<LogLine> Lines
    {
        get
        {
            lock (_gate)
            {
                return _read.IsDefault ? _read = [.. _lines] : _read;
            }
        }
    }

    /// <summary>Takes a line, and gives it its number.</summary>
    public void Add(LogLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        lock (_gate)
        {
            line = line with { Number = ++_seen };
            _lines.Enqueue(line);
            _bytes += line.Size;
            while (_lines.Count > MaxLines || (_bytes > MaxBytes && _lines.Count > 1))
            {
                _bytes -= _lines.Dequeue().Size;
            }

            _read = default;
        }

        _changed.Raise();
    }

    /// <summary>Calls <paramref name="changed"/> after further lines came, at most ten times a second, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <summary>Ends all subscriptions.</summary>
    public void Dispose() => _changed.Dispose();
}
