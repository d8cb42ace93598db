using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Spans as rows of the tables <c>span</c>, <c>span_detail</c> and <c>resource</c>. Not safe to use from several threads.</summary>
internal sealed class SpanRows
{
    private readonly SqliteConnection _connection;
    private readonly DateTimeOffset _newest;
    private readonly PreparedStatement _span;
    private readonly PreparedStatement _detail;
    private readonly Dictionary<SpanResource, long> _resources = new(ReferenceEqualityComparer.Instance);

    /// <summary>Writes by that connection; the statements are prepared once for the connection.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="newest">No span of the batch began later.</param>
    public SpanRows(SqliteConnection connection, DateTimeOffset newest)
    {
        (_connection, _newest) = (connection, newest);
        _span = PreparedStatements.Of(
            connection,
            "INSERT OR IGNORE INTO span (trace, span, parent, name, kind, start_ns, duration_ns, status, model, operation, session, service, sampled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _detail = PreparedStatements.Of(
            connection, "INSERT INTO span_detail (id, resource, status_words, scope, scope_version, attributes, events, dropped_events, links) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    /// <summary>Stores a span, unless its trace has one of that id.</summary>
    /// <returns>Whether it was new.</returns>
    public bool TryInsert(long trace, StoredSpan stored)
    {
        var span = stored.Span;
        if (_span.Insert(
            trace, StoreId.Bytes(span.SpanId), span.ParentSpanId is { } parent ? StoreId.Bytes(parent) : null, span.Name, Word(span.Kind), StoredTime.Of(span.StartTime), StoredTime.Of(span.Duration!.Value),
            TraceRows.Word(span.Status), SpanFacts.Model(span), span[TelemetryNames.GenAi.OperationName] as string, SpanFacts.SessionId(span), span.Resource.ServiceName, SpanFacts.SampledWord(span.Sampled)) is not { } id)
        {
            return false;
        }

        _detail.Run(id, ResourceOf(span.Resource), span.StatusDescription, span.Scope, span.ScopeVersion, stored.Attributes, stored.Events, (long)span.DroppedEventCount, stored.Links);
        return true;
    }

    /// <summary>The spans of a trace in order of start; of one start, as they came.</summary>
    public static ImmutableArray<SpanRecord> Read(SqliteConnection connection, byte[] traceId)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT s.span, s.parent, s.name, s.kind, s.start_ns, s.duration_ns, s.status, s.sampled, d.status_words, d.scope, d.scope_version, d.attributes, d.events, d.dropped_events, d.links, r.id, r.attributes "
            + "FROM trace AS t JOIN span AS s ON s.trace = t.id JOIN span_detail AS d ON d.id = s.id LEFT JOIN resource AS r ON r.id = d.resource WHERE t.trace = @trace ORDER BY s.start_ns, s.id";
        command.Parameters.AddWithValue("@trace", traceId);
        using var row = command.ExecuteReader();
        var trace = StoreId.Text(traceId);
        var resources = new Dictionary<long, SpanResource>();
        var spans = ImmutableArray.CreateBuilder<SpanRecord>();
        while (row.Read())
        {
            spans.Add(new SpanRecord
            {
                TraceId = trace,
                SpanId = StoreId.Text(row.GetFieldValue<byte[]>(0)),
                ParentSpanId = row.IsDBNull(1) ? null : StoreId.Text(row.GetFieldValue<byte[]>(1)),
                Name = row.GetString(2),
                Kind = KindOf(row.GetString(3)),
                StartTime = StoredTime.Read(row.GetInt64(4)),
                Duration = StoredTime.ReadDuration(row.GetInt64(5)),
                Status = TraceRows.StatusOf(row.GetString(6)),
                Sampled = TraceRows.SampledOf(row.GetString(7)),
                StatusDescription = Text(8),
                Scope = Text(9),
                ScopeVersion = Text(10),
                Attributes = AttributeJson.ReadAttributes(Text(11)),
                Events = AttributeJson.ReadEvents(Text(12)),
                DroppedEventCount = row.GetInt32(13),
                Links = AttributeJson.ReadLinks(Text(14)),
                Resource = Resource(),
            });
        }

        return spans.DrainToImmutable();

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        SpanResource Resource()
        {
            if (row.IsDBNull(15))
            {
                return SpanResource.Unknown;
            }

            var id = row.GetInt64(15);
            return resources.TryGetValue(id, out var known) ? known : resources[id] = new SpanResource(AttributeJson.ReadAttributes(row.GetString(16)));
        }
    }

    private long? ResourceOf(SpanResource resource)
    {
        if (resource.Attributes.IsEmpty)
        {
            return null;
        }

        if (!_resources.TryGetValue(resource, out var id))
        {
            var attributes = AttributeJson.Write(resource.Attributes);
            _resources[resource] = id = _connection.ExecuteScalar<long>(
                "INSERT INTO resource (attributes, last_ns) VALUES (@attributes, @last) ON CONFLICT (attributes) DO UPDATE SET last_ns = max(last_ns, excluded.last_ns) RETURNING id",
                new { attributes, last = StoredTime.Of(_newest) });
        }

        return id;
    }

    private static string Word(ActivityKind kind) => kind.ToString().ToLowerInvariant();

    private static ActivityKind KindOf(string word) => Enum.TryParse<ActivityKind>(word, ignoreCase: true, out var kind) ? kind : ActivityKind.Internal;
}

/// <summary>A span with its JSON, which is made before the one writer's time is taken for it.</summary>
/// <param name="Span">The span, ended.</param>
internal sealed record StoredSpan(SpanRecord Span)
{
    // Rows, keys and indexes beside the texts, as measured.
    private const int RowBytes = 400;

    public string? Attributes { get; } = AttributeJson.Write(Span.Attributes);

    public string? Events { get; } = AttributeJson.Write(Span.Events);

    public string? Links { get; } = AttributeJson.Write(Span.Links);

    /// <summary>About what it takes in the file, which holds texts as UTF-8.</summary>
    public long Bytes => RowBytes + BytesOf(Attributes) + BytesOf(Events) + BytesOf(Links);

    private static long BytesOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
