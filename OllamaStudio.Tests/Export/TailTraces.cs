using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Tests.Export;

/// <summary>Traces whose ids and durations a test sets.</summary>
internal static class TailTraces
{
    private static readonly AsyncLocal<Random?> s_ids = new();

    static TailTraces() => Activity.TraceIdGenerator = static () =>
    {
        if (s_ids.Value is not { } ids)
        {
            return ActivityTraceId.CreateRandom();
        }

        Span<byte> bytes = stackalloc byte[16];
        ids.NextBytes(bytes);
        return ActivityTraceId.CreateFromBytes(bytes);
    };

    /// <summary>From here on the trace ids of this test are those of that seed.</summary>
    public static void Seed(int seed) => s_ids.Value = new Random(seed);

    /// <summary>Rules on, with room for whatever a test sends, and none that a test does not ask for.</summary>
    public static TelemetrySettings Rules(TelemetrySettings settings, double ratio, Func<TailSamplingSettings, TailSamplingSettings>? change = null)
    {
        var tail = new TailSamplingSettings { Enabled = true, KeepErrors = false, KeepSlowest = false, SlowSeconds = 0 };
        return settings with { SamplingRatio = ratio, Tail = change?.Invoke(tail) ?? tail, Batch = settings.Batch with { MaxQueueSize = 100_000 } };
    }

    /// <summary>Starts a root, or a child.</summary>
    public static Activity Start(string name, Activity? parent = null)
    {
        Activity.Current = null;
        return parent is null
            ? StudioDiagnostics.Source.StartActivity(name)!
            : StudioDiagnostics.Source.StartActivity(name, ActivityKind.Internal, parent.Context)!;
    }

    /// <summary>Ends it after that many seconds, whatever the clock says.</summary>
    public static void End(Activity span, double seconds = 1, bool failed = false)
    {
        if (failed)
        {
            span.SetStatus(ActivityStatusCode.Error, "broken");
        }

        span.SetEndTime(span.StartTimeUtc.AddSeconds(seconds));
        span.Stop();
    }

    /// <summary>A trace of a root, an iteration and a model call.</summary>
    /// <returns>Its id.</returns>
    public static string Emit(double seconds = 1, bool failed = false, string? model = null, Action<Activity>? call = null, string name = "turn")
    {
        var root = Start(name);
        root.SetTag(TelemetryNames.Llm.Model, model);
        var iteration = Start("iteration", root);
        var inner = Start("call", iteration);
        inner.SetTag(TelemetryNames.OpenInference.SpanKind, TelemetryNames.Values.KindLlm);
        call?.Invoke(inner);
        End(inner, seconds, failed);
        End(iteration, seconds);
        End(root, seconds);
        return root.TraceId.ToHexString();
    }
}
