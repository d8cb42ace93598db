using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>What arrives at the endpoint, and how the export's standing tells of it.</summary>
[Collection("telemetry")]
public sealed class ExportServiceTests
{
    [Fact]
    public async Task A_trace_arrives_span_by_span_as_it_was_recorded()
    {
        await using var rig = await ExportRig.StartAsync();
        Activity.Current = null;
        var root = StudioDiagnostics.Source.StartActivity("root")!;
        root.SetTag("text", "grüß dich").SetTag("whole", 42).SetTag("part", 0.5).SetTag("yes", true).SetTag("list", new[] { "a", "b" });
        var child = StudioDiagnostics.Source.StartActivity("child", ActivityKind.Client)!;
        child.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.type"] = "X" }));
        child.SetStatus(ActivityStatusCode.Error, "went wrong").Stop();
        root.SetStatus(ActivityStatusCode.Ok).Stop();

        await rig.Receiver.WaitForSpansAsync(2);
        var arrivedRoot = Assert.Single(rig.Receiver.Spans, span => span.Name == "root");
        Assert.Equal(root.TraceId.ToHexString(), arrivedRoot.TraceId);
        Assert.Equal(root.SpanId.ToHexString(), arrivedRoot.SpanId);
        Assert.Equal("", arrivedRoot.ParentSpanId);
        Assert.Equal((1, 1), (arrivedRoot.Kind, arrivedRoot.StatusCode));
        Assert.Equal(StudioDiagnostics.Name, arrivedRoot.Scope);
        Assert.Equal(root.StartTimeUtc, arrivedRoot.Start.UtcDateTime);
        Assert.Equal(root.StartTimeUtc + root.Duration, arrivedRoot.End.UtcDateTime);
        Assert.Equal("grüß dich", arrivedRoot.Attributes["text"]);
        Assert.Equal(42L, arrivedRoot.Attributes["whole"]);
        Assert.Equal(0.5, arrivedRoot.Attributes["part"]);
        Assert.Equal(true, arrivedRoot.Attributes["yes"]);
        Assert.Equal(new object[] { "a", "b" }, arrivedRoot.Attributes["list"]);

        var arrivedChild = Assert.Single(rig.Receiver.Spans, span => span.Name == "child");
        Assert.Equal((root.TraceId.ToHexString(), root.SpanId.ToHexString()), (arrivedChild.TraceId, arrivedChild.ParentSpanId));
        Assert.Equal((3, 2, "went wrong"), (arrivedChild.Kind, arrivedChild.StatusCode, arrivedChild.StatusMessage));
        Assert.Equal("X", Assert.Single(arrivedChild.Events).Attributes["exception.type"]);
    }

    [Fact]
    public async Task The_resource_and_the_headers_say_whose_spans_they_are()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            ServiceName = "my-service",
            ServiceVersion = "1.2.3",
            Environment = "staging",
            Destination = settings.Destination with { ProjectName = "my-project", ApiKey = "s3cret", Headers = Map(("x-tenant", "a,b=c"), ("authorization", "overruled"), ("X-Project-Name", "overruled")) },
            ResourceAttributes = Map(("team", "blue"), ("host.name", "shared-name"), ("service.name", "overruled")),
        });
        rig.Receiver.RequiredKey = "s3cret";
        ExportRig.Emit("one");

        var span = await rig.Receiver.WaitForAsync(span => span.Name == "one");
        Assert.Equal("my-service", span.Resource["service.name"]);
        Assert.Equal("1.2.3", span.Resource["service.version"]);
        Assert.True(Guid.TryParse((string)span.Resource["service.instance.id"]!, out _));
        Assert.Equal("staging", span.Resource["deployment.environment"]);
        Assert.Equal("staging", span.Resource["deployment.environment.name"]);
        Assert.Equal("shared-name", span.Resource["host.name"]);
        Assert.Equal("my-project", span.Resource["phoenix.project.name"]);
        Assert.Equal("my-project", span.Resource["openinference.project.name"]);
        Assert.Equal("blue", span.Resource["team"]);
        Assert.Equal("opentelemetry", span.Resource["telemetry.sdk.name"]);
        Assert.Equal("my-project", span.Headers["x-project-name"]);
        Assert.Equal("my-project", span.Headers["x-phoenix-project-name"]);
        Assert.Equal("Bearer s3cret", span.Headers["authorization"]);
        Assert.Equal("a,b=c", span.Headers["x-tenant"]);
        Assert.Equal("application/x-protobuf", span.Headers["content-type"]);
    }

    [Theory]
    [InlineData("", "default")]
    [InlineData("   ", "default")]
    [InlineData("Überprojekt", "Überprojekt")]
    public async Task A_project_that_no_header_can_hold_is_still_found(string project, string found)
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ProjectName = project } });
        ExportRig.Emit("one");

        Assert.Equal(found, (await rig.Receiver.WaitForAsync(span => span.Name == "one")).Project);
    }

    [Fact]
    public async Task The_settings_count_and_not_what_the_environment_says_beside_them()
    {
        using var disabled = new EnvironmentVariable("OTEL_SDK_DISABLED", "true");
        using var sampler = new EnvironmentVariable("OTEL_TRACES_SAMPLER", "always_off");
        using var headers = new EnvironmentVariable("OTEL_EXPORTER_OTLP_HEADERS", "x-project-name=env,x-env=1");
        using var endpoint = new EnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
        using var resource = new EnvironmentVariable("OTEL_RESOURCE_ATTRIBUTES", "env.only=1,service.name=env");
        using var service = new EnvironmentVariable("OTEL_SERVICE_NAME", "env");
        await using var rig = await ExportRig.StartAsync();
        ExportRig.Emit("one");

        var span = await rig.Receiver.WaitForAsync(span => span.Name == "one");
        Assert.Equal("ollama-client", span.Resource["service.name"]);
        Assert.False(span.Resource.ContainsKey("env.only"));
        Assert.Equal("default", span.Headers["x-project-name"]);
        Assert.False(span.Headers.ContainsKey("x-env"));
    }

    [Fact]
    public async Task A_span_keeps_far_more_than_128_attributes()
    {
        await using var rig = await ExportRig.StartAsync();
        Activity.Current = null;
        using (var span = StudioDiagnostics.Source.StartActivity("wide")!)
        {
            for (var i = 0; i < 900; i++)
            {
                span.SetTag($"key.{i}", i);
            }
        }

        var arrived = await rig.Receiver.WaitForAsync(span => span.Name == "wide");
        Assert.Equal((900, 0), (arrived.Attributes.Count, arrived.DroppedAttributes));
    }

    [Fact]
    public async Task The_standing_tells_what_became_of_spans_and_traces()
    {
        await using var rig = await ExportRig.StartAsync();
        Assert.Equal((ExportState.Idle, 0L, (DateTimeOffset?)null), (rig.Status.State, rig.Status.Exported, rig.Status.LastSuccess));
        var release = new TaskCompletionSource();
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok with { After = release.Task };
        var traceId = ExportRig.Emit("one");
        await rig.Receiver.WaitForRequestsAsync(1);
        Assert.Equal((1L, TraceExportState.Waiting), (rig.Status.Waiting, rig.Pipeline.StateOf(traceId)));

        release.SetResult();
        var status = await rig.WaitForStatusAsync(status => status.Exported == 1);
        Assert.Equal((ExportState.Healthy, 0L, 0L, 0L), (status.State, status.Waiting, status.Failed, status.Dropped));
        Assert.NotNull(status.LastSuccess);
        Assert.Null(status.LastError);
        Assert.Equal(TraceExportState.Exported, rig.Pipeline.StateOf(traceId));
        Assert.Equal(TraceExportState.Unknown, rig.Pipeline.StateOf(new string('0', 32)));
    }

    [Fact]
    public async Task The_start_is_logged_without_secrets()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            Destination = settings.Destination with { Endpoint = settings.Destination.Endpoint.Replace("http://", "http://user:pass@", StringComparison.Ordinal) + "?token=t0ken", ApiKey = "s3cret" },
        });

        var line = Assert.Single(rig.Log.Lines);
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal($"Telemetry initialized: service=ollama-client, project=default, endpoint={rig.Receiver.TracesUrl}, env=development", line.Text);
        Assert.Equal(rig.Receiver.TracesUrl, rig.Status.Endpoint);
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("ftp://localhost/v1/traces")]
    [InlineData("")]
    public async Task An_endpoint_that_is_none_leaves_the_studio_running_and_is_told(string endpoint)
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { Endpoint = endpoint } });

        var line = Assert.Single(rig.Log.Lines);
        Assert.Equal("Failed to initialize telemetry: the traces endpoint is not an absolute http or https URL. Continuing without tracing.", line.Text);
        Assert.Equal(ExportState.Failing, rig.Status.State);
        rig.Settings.UpdateTelemetry(settings => settings with { Destination = settings.Destination with { Endpoint = rig.Receiver.TracesUrl } });
        ExportRig.Emit("after");
        await rig.Receiver.WaitForAsync(span => span.Name == "after");
    }

    [Fact]
    public async Task Stopping_sends_what_waits()
    {
        var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ScheduledDelayMilliseconds = 600_000 } });
        ExportRig.Emit("last words");
        await rig.Pipeline.StopAsync(CancellationToken.None);

        Assert.Equal("last words", Assert.Single(rig.Receiver.Spans).Name);
        await rig.DisposeAsync();
    }

    private static ImmutableSortedDictionary<string, string> Map(params (string Name, string Value)[] pairs) =>
        pairs.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
}
