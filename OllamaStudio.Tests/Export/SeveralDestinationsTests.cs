using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Spans go to every destination of the settings, each for itself.</summary>
[Collection("telemetry")]
public sealed class SeveralDestinationsTests
{
    [Fact]
    public async Task Every_destination_gets_every_span_under_its_own_project_and_key()
    {
        await using var other = await OtlpReceiver.StartAsync();
        await using var rig = await ExportRig.StartAsync(settings => settings with { MoreDestinations = [Other(other) with { ProjectName = "theirs", ApiKey = "k2" }] });

        ExportRig.Emit("one");

        Assert.Equal("default", (await rig.Receiver.WaitForAsync(span => span.Name == "one")).Headers["x-project-name"]);
        var there = await other.WaitForAsync(span => span.Name == "one");
        Assert.Equal(("theirs", "Bearer k2"), (there.Headers["x-project-name"], there.Headers["authorization"]));
        var status = await rig.WaitForStatusAsync(status => status.Exported == 2);
        Assert.Equal((ExportState.Healthy, 1L), (status.State, rig.Pipeline.StatusOf("other").Exported));
    }

    [Fact]
    public async Task One_that_never_answers_keeps_no_other_waiting()
    {
        await using var other = await OtlpReceiver.StartAsync();
        var never = new TaskCompletionSource();
        await using var rig = await ExportRig.StartAsync(settings => settings with { MoreDestinations = [Other(other)] });
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok with { After = never.Task };

        for (var i = 0; i < 3; i++)
        {
            ExportRig.Emit($"span {i}");
            await other.WaitForAsync(span => span.Name == $"span {i}");
        }

        Assert.Equal(0, rig.Pipeline.StatusOf(DestinationSettings.FirstId).Exported);
        never.SetResult();
        await rig.WaitForStatusAsync(status => status.Exported == 6);
    }

    [Fact]
    public async Task The_sum_names_the_one_that_fails_and_each_has_its_own_standing()
    {
        await using var other = await OtlpReceiver.StartAsync();
        other.Answer = OtlpReceiverAnswer.Refuse(401);
        await using var rig = await ExportRig.StartAsync(settings => settings with { MoreDestinations = [Other(other)] });

        var traceId = ExportRig.Emit("one");

        var status = await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Exported: 1, Blocked: 1 });
        Assert.Equal("Other", status.Title);
        Assert.Equal(ExportState.Healthy, rig.Pipeline.StatusOf(DestinationSettings.FirstId).State);
        Assert.Equal(ExportState.Failing, rig.Pipeline.StatusOf("other").State);
        Assert.Equal(TraceExportState.Waiting, rig.Pipeline.StateOf(traceId));
    }

    [Fact]
    public async Task One_keeps_its_counts_by_its_id_whatever_is_changed_around_it_and_ends_with_its_entry()
    {
        await using var other = await OtlpReceiver.StartAsync();
        await using var rig = await ExportRig.StartAsync(settings => settings with { MoreDestinations = [Other(other)] });
        ExportRig.Emit("one");
        await rig.WaitForStatusAsync(_ => rig.Pipeline.StatusOf("other").Exported == 1);

        rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = "renamed", MoreDestinations = [Other(rig.Receiver) with { Id = "new", Name = "New" }, Other(other) with { Name = "Another name" }] });
        ExportRig.Emit("two");
        await rig.WaitForStatusAsync(_ => rig.Pipeline.StatusOf("other").Exported == 2);

        rig.Settings.UpdateTelemetry(settings => settings with { MoreDestinations = [] });
        ExportRig.Emit("three");
        await rig.Receiver.WaitForAsync(span => span.Name == "three");
        Assert.Equal(ExportState.Off, rig.Pipeline.StatusOf("other").State);
        Assert.DoesNotContain(other.Spans, span => span.Name == "three");
    }

    [Fact]
    public async Task The_first_one_off_leaves_the_others_on_and_nothing_is_sampled_where_all_are_off()
    {
        await using var other = await OtlpReceiver.StartAsync();
        await using var rig = await ExportRig.StartAsync(settings => settings with { Enabled = false, MoreDestinations = [Other(other)] });

        ExportRig.Emit("one");
        await other.WaitForAsync(span => span.Name == "one");
        Assert.Empty(rig.Receiver.Spans);
        Assert.Equal((ExportState.Off, ""), (rig.Pipeline.StatusOf(DestinationSettings.FirstId).State, rig.Status.Title));

        rig.Settings.UpdateTelemetry(settings => settings with { MayExport = false });
        Assert.Equal(ExportState.Off, rig.Status.State);
        Assert.Equal("Telemetry is off: spans stay in this process", rig.Log.Lines[^1].Text);
    }

    [Fact]
    public async Task A_test_span_goes_to_the_destination_that_is_asked_for()
    {
        await using var other = await OtlpReceiver.StartAsync();
        await using var rig = await ExportRig.StartAsync(settings => settings with { MoreDestinations = [Other(other)] });

        Assert.Equal(TestExportOutcome.Accepted, (await rig.Pipeline.SendTestSpanAsync("other", CancellationToken.None)).Outcome);
        Assert.Equal((1, 0), (other.Spans.Count, rig.Receiver.Spans.Count));
        Assert.Equal(TestExportOutcome.Off, (await rig.Pipeline.SendTestSpanAsync("unknown", CancellationToken.None)).Outcome);
    }

    [Theory]
    [InlineData("http://c:4318", false, "http://c:4318/v1/traces")]
    [InlineData("http://c:4318/otlp/", false, "http://c:4318/otlp/v1/traces")]
    [InlineData("http://c/v1/traces", false, "http://c/v1/traces")]
    [InlineData("http://c/v1/traces?token=1", false, "http://c/v1/traces?token=1")]
    [InlineData("http://c/otlp?token=1", false, "http://c/otlp/v1/traces?token=1")]
    [InlineData("http://c/here", true, "http://c/here")]
    public void An_address_that_does_not_end_in_the_path_of_traces_is_a_base(string endpoint, bool whole, string traces) =>
        Assert.Equal(traces, ExportPlan.From(new(), new() { Endpoint = endpoint, IsWholeAddress = whole }).Endpoint.AbsoluteUri);

    [Theory]
    [InlineData("http://localhost:6006/v1/traces", DestinationKind.ByAddress, null, "Phoenix wants an API key: create one there under Settings → API keys")]
    [InlineData("https://app.phoenix.arize.com/s/me", DestinationKind.ByAddress, null, "Phoenix wants an API key: create one there under Settings → API keys")]
    [InlineData("http://phoenix:8080", DestinationKind.Phoenix, "k", "Phoenix does not know this API key: create one there under Settings → API keys")]
    [InlineData("https://api.honeycomb.io", DestinationKind.Honeycomb, null, "it wants its key in the header x-honeycomb-team")]
    [InlineData("http://collector:4318", DestinationKind.Collector, null, "it wants an API key")]
    public void A_401_says_where_the_key_comes_from(string endpoint, DestinationKind kind, string? key, string words)
    {
        var plan = ExportPlan.From(new(), new() { Endpoint = endpoint, Kind = kind, ApiKey = key });

        Assert.EndsWith(words, ExportAnswerReader.Read(plan, System.Net.HttpStatusCode.Unauthorized, null, []).Error, StringComparison.Ordinal);
    }

    private static DestinationSettings Other(OtlpReceiver receiver) =>
        new() { Id = "other", Name = "Other", Kind = DestinationKind.Other, Endpoint = receiver.TracesUrl.Replace("/v1/traces", "", StringComparison.Ordinal) };
}
