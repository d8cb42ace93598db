using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace OllamaStudio;

/// <summary>
/// Takes secrets out of a line before another formatter writes it to the console: of its text, its values, its scopes and its exception. Before
/// and not after, because what is redacted within JSON may not be JSON any more.
/// </summary>
/// <param name="inner">Writes the line.</param>
/// <param name="redact">Redacts a text.</param>
internal sealed class RedactingFormatter(ConsoleFormatter inner, Func<string, string> redact) : ConsoleFormatter(inner.Name), IDisposable
{
    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = redact(logEntry.Formatter(logEntry.State, logEntry.Exception));
        var exception = logEntry.Exception is { } thrown ? new RedactedException(redact(thrown.ToString())) : null;
        inner.Write(
            new LogEntry<Redacted>(logEntry.LogLevel, logEntry.Category, logEntry.EventId, Redacted.Of(logEntry.State, redact), exception, (_, _) => text),
            scopeProvider is null ? null : new RedactedScopes(scopeProvider, redact),
            textWriter);
    }

    /// <inheritdoc />
    public void Dispose() => (inner as IDisposable)?.Dispose();

    /// <summary>Names and values, redacted, and the text that they make.</summary>
    private sealed class Redacted(IReadOnlyList<KeyValuePair<string, object?>> values, string text) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => values.Count;

        public KeyValuePair<string, object?> this[int index] => values[index];

        public static Redacted Of(object? state, Func<string, string> redact) => new(
            state is IEnumerable<KeyValuePair<string, object?>> values ? [.. values.Select(value => KeyValuePair.Create(value.Key, ValueOf(value.Value, redact)))] : [],
            redact(state?.ToString() ?? ""));

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => text;

        // Numbers and flags stay what they are.
        private static object? ValueOf(object? value, Func<string, string> redact) =>
            value is null || (value is IConvertible and not string && !value.GetType().IsEnum) ? value : redact(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
    }

    private sealed class RedactedScopes(IExternalScopeProvider scopes, Func<string, string> redact) : IExternalScopeProvider
    {
        public void ForEachScope<TState>(Action<object?, TState> callback, TState state) => scopes.ForEachScope((scope, all) => callback(Redacted.Of(scope, redact), all), state);

        public IDisposable Push(object? state) => scopes.Push(state);
    }

    // Formatters write an exception as its own text.
    private sealed class RedactedException(string text) : Exception
    {
        public override string ToString() => text;
    }
}
