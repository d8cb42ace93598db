using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

/// <summary>Destinations that variables make, and the list of the others.</summary>
public sealed class SeveralDestinationSettingsTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_exporters_variables_make_the_first_destination_where_no_Phoenix_is_named()
    {
        var settings = Open(
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c/here"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/ca.pem"), ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "/me.pem"), ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/me.key"));

        var only = Assert.Single(settings.Current.Telemetry.Destinations);
        Assert.Equal(("http://c/here", true, DestinationCompression.Gzip), (only.Endpoint, only.IsWholeAddress, only.Compression));
        Assert.Equal(("/ca.pem", "/me.pem", "/me.key"), (only.CertificateFile, only.ClientCertificateFile, only.ClientKeyFile));
        Assert.Equal("1", only.Headers["a"]);
        Assert.Equal("OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", settings.FixedBy(SettingKeys.DestinationClientCertificateFile));
        Assert.Equal("OTEL_EXPORTER_OTLP_COMPRESSION", settings.FixedBy(SettingKeys.DestinationCompression));
        Assert.Null(settings.FixedBy(SettingKeys.DestinationKind));
        Assert.Empty(settings.Faults);
    }

    [Theory]
    [InlineData("grpc", DestinationProtocol.Grpc, true)]
    [InlineData(" HTTP/protobuf", DestinationProtocol.HttpProtobuf, true)]
    [InlineData("http/json", DestinationProtocol.HttpProtobuf, false)]
    public void The_protocol_of_the_exporter_is_read_and_what_is_not_available_is_said(string text, DestinationProtocol protocol, bool isRead)
    {
        var settings = Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", text));

        Assert.Equal(protocol, Assert.Single(settings.Current.Telemetry.Destinations).Protocol);
        Assert.Equal(isRead ? [] : ["It must be http/protobuf or grpc."], settings.Faults.Select(static fault => fault.Message));
    }

    [Theory]
    [InlineData("PHOENIX_ENDPOINT", "http://phoenix:6006/v1/traces")]
    [InlineData("PHOENIX_PROJECT_NAME", "p")]
    [InlineData("PHOENIX_API_KEY", "px-secret")]
    public void Beside_a_Phoenix_they_make_a_second_one_and_the_keys_do_not_mix(string variable, string value)
    {
        var settings = Open((variable, value), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=theirs"));

        var both = settings.Current.Telemetry.Destinations.ToList();
        Assert.Equal([DestinationSettings.FirstId, DestinationSettings.OtlpId], both.Select(each => each.Id));
        Assert.Contains("6006", both[0].Endpoint, StringComparison.Ordinal);
        Assert.Empty(both[0].Headers);
        Assert.Equal(("http://collector:4318/v1/traces", "theirs", DestinationKind.Other, null), (both[1].Endpoint, both[1].Headers["api-key"], both[1].Kind, both[1].ApiKey));
        Assert.Equal("OTEL_EXPORTER_OTLP_ENDPOINT", settings.FixedBy(SettingKeys.OtlpEndpoint));
        Assert.Equal("OTEL_EXPORTER_OTLP_HEADERS", settings.FixedBy(SettingKeys.OtlpHeaders));
        Assert.Null(settings.FixedBy(SettingKeys.Headers));
        Assert.Null(settings.FixedBy(SettingKeys.OtlpName));
    }

    [Fact]
    public void Headers_without_an_address_of_their_own_go_with_the_Phoenix()
    {
        var only = Assert.Single(Open(("PHOENIX_ENDPOINT", "http://phoenix/v1/traces"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=1")).Current.Telemetry.Destinations);

        Assert.Equal("1", only.Headers["a"]);
    }

    [Theory]
    [InlineData(TelemetrySignal.Metrics)]
    [InlineData(TelemetrySignal.Logs)]
    public void What_a_variable_says_of_one_signal_holds_for_that_one(TelemetrySignal signal)
    {
        var (own, other) = (signal.ToString().ToUpperInvariant(), signal is TelemetrySignal.Metrics ? TelemetrySignal.Logs : TelemetrySignal.Metrics);
        var settings = Open(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "t=2"),
            ($"OTEL_EXPORTER_OTLP_{own}_ENDPOINT", "http://own/here"), ($"OTEL_EXPORTER_OTLP_{own}_HEADERS", "b=s%3D2"), ($"OTEL_EXPORTER_OTLP_{own}_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ($"OTEL_EXPORTER_OTLP_{own}_COMPRESSION", "gzip"), ($"OTEL_EXPORTER_OTLP_{own}_TIMEOUT", "700"),
            ($"OTEL_EXPORTER_OTLP_{own}_CERTIFICATE", "/ca.pem"), ($"OTEL_EXPORTER_OTLP_{own}_CLIENT_CERTIFICATE", "/me.pem"), ($"OTEL_EXPORTER_OTLP_{own}_CLIENT_KEY", "/me.key"));

        Assert.Empty(settings.Faults);
        var only = Assert.Single(settings.Current.Telemetry.Destinations);
        Assert.Equal((true, false, true), (DestinationKinds.Gets(only, signal), DestinationKinds.Gets(only, other), DestinationKinds.Gets(only, TelemetrySignal.Traces)));
        var (apart, rest) = (only.For(signal), only.For(other));
        Assert.Equal(("http://own/here", "s=2", DestinationProtocol.HttpProtobuf, DestinationCompression.Gzip), (apart.Endpoint, apart.Headers["b"], apart.Protocol, apart.Compression));
        Assert.Equal(("/ca.pem", "/me.pem", "/me.key", 700), (apart.CertificateFile, apart.ClientCertificateFile, apart.ClientKeyFile, apart.Apart(signal).TimeoutMilliseconds));
        Assert.Equal(("1", DestinationProtocol.Grpc, null), (rest.Headers["a"], rest.Protocol, rest.CertificateFile));
        Assert.DoesNotContain("t", rest.Headers.Keys);
        Assert.Equal("2", only.Headers["t"]);
        Assert.Equal($"OTEL_EXPORTER_OTLP_{own}_ENDPOINT", settings.FixedBy(signal is TelemetrySignal.Metrics ? SettingKeys.DestinationMetrics : SettingKeys.DestinationLogs));
        Assert.Null(settings.FixedBy(signal is TelemetrySignal.Metrics ? SettingKeys.DestinationLogs : SettingKeys.DestinationMetrics));
    }

    [Theory]
    [InlineData("OTEL_METRICS_EXPORTER", "otlp", true, null)]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus, OTLP", true, null)]
    [InlineData("OTEL_METRICS_EXPORTER", "none", false, null)]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus", false, null)]
    [InlineData("OTEL_METRICS_EXPORTER", "console", true, "It must be otlp or none.")]
    [InlineData("OTEL_LOGS_EXPORTER", "none", false, null)]
    [InlineData("OTEL_LOGS_EXPORTER", "otlp", true, null)]
    [InlineData("OTEL_TRACES_EXPORTER", "none", false, null)]
    public void The_exporter_of_a_signal_switches_it_and_comes_before_its_address(string variable, string value, bool isSent, string? fault)
    {
        var settings = Open(
            (variable, value), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m/"), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://l/"));

        var signal = variable[5] switch { 'M' => TelemetrySignal.Metrics, 'L' => TelemetrySignal.Logs, _ => TelemetrySignal.Traces };
        Assert.Equal(isSent, DestinationKinds.Gets(settings.Current.Telemetry.Destination, signal));
        Assert.Equal(fault is null ? [] : [fault], settings.Faults.Select(static one => one.Message));
    }

    [Fact]
    public void An_address_of_metrics_alone_makes_a_destination_for_them_and_traces_stay_where_they_go()
    {
        var both = Open(("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m/here"), ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "k=v")).Current.Telemetry.Destinations.ToList();

        Assert.Equal([DestinationSettings.FirstId, DestinationSettings.OtlpId], both.Select(static each => each.Id));
        Assert.Equal([true, false], both.Select(static each => DestinationKinds.Gets(each, TelemetrySignal.Traces)));
        Assert.Equal([false, true], both.Select(static each => DestinationKinds.Gets(each, TelemetrySignal.Metrics)));
        Assert.Equal([false, false], both.Select(static each => DestinationKinds.Gets(each, TelemetrySignal.Logs)));
        Assert.Empty(both[0].Headers);
        Assert.Equal("v", both[1].For(TelemetrySignal.Metrics).Headers["k"]);
    }

    [Fact]
    public void The_address_of_all_signals_alone_sends_traces_as_before()
    {
        var only = Assert.Single(Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318")).Current.Telemetry.Destinations);

        Assert.Equal((true, false, false), (only.Traces, only.Metrics, only.Logs));
    }

    [Fact]
    public void Beside_an_address_of_traces_the_one_of_all_is_that_of_the_others()
    {
        var only = Assert.Single(Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318/"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t/x"), ("OTEL_METRICS_EXPORTER", "otlp")).Current.Telemetry.Destinations);

        Assert.Equal(("http://t/x", "http://all:4318/v1/metrics"), (only.Endpoint, only.For(TelemetrySignal.Metrics).Endpoint));
    }

    [Theory]
    [InlineData("HEADERS", "nonsense", "It must be a list of name=value, separated by commas.")]
    [InlineData("PROTOCOL", "http/json", "It must be http/protobuf or grpc.")]
    [InlineData("COMPRESSION", "zstd", "It must be gzip or none.")]
    [InlineData("TIMEOUT", "soon", "It must be a whole number of milliseconds.")]
    [InlineData("TIMEOUT", "7", "The timeout must be from 100 to 600,000 milliseconds.")]
    [InlineData("CERTIFICATE", "ca.pem", "It must be a full path, starting at the root.")]
    [InlineData("ENDPOINT", "nonsense", "It must be")]
    public void What_makes_no_sense_of_a_signal_is_said(string name, string value, string words)
    {
        var settings = Open(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:4318"), ("OTEL_EXPORTER_OTLP_METRICS_" + name, value));

        var fault = Assert.Single(settings.Faults);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal("OTEL_EXPORTER_OTLP_METRICS_" + name, fault.Source);
    }

    [Fact]
    public async Task A_list_of_yesterday_gets_traces_and_signals_are_saved()
    {
        _fixture.Write("""{ "Version": 2, "Telemetry": { "MoreDestinations": { "$protected": "]}\"/b//:ptth\":\"tniopdnE\",\"B\":\"emaN\",\"b\":\"dI\"{[" } } }""");
        var settings = _fixture.Open();
        var one = Assert.Single(settings.Current.Telemetry.MoreDestinations);
        Assert.Equal(("b", true, false, false), (one.Id, one.Traces, one.Metrics, one.Logs));

        await SaveAsync(settings, one with { Traces = false, Logs = true });

        one = Assert.Single(_fixture.Open().Current.Telemetry.MoreDestinations);
        Assert.Equal((false, false, true), (one.Traces, one.Metrics, one.Logs));
    }

    [Fact]
    public async Task A_disabled_sdk_switches_all_of_them_off()
    {
        await SaveAsync(_fixture.Open(), new DestinationSettings { Id = "b", Name = "B", Endpoint = "http://b/" });

        var telemetry = Open(("OTEL_SDK_DISABLED", "true")).Current.Telemetry;
        Assert.Equal(2, telemetry.Destinations.Count());
        Assert.DoesNotContain(telemetry.Destinations, destination => destination.Enabled);
        Assert.False(telemetry.Exports);
    }

    [Fact]
    public async Task Further_ones_are_saved_protected_and_come_back()
    {
        var settings = _fixture.Open();
        Assert.True((await SaveAsync(settings, new DestinationSettings { Id = "b", Name = " B ", Kind = DestinationKind.Honeycomb, Endpoint = "https://b/", ApiKey = "k-secret", Compression = DestinationCompression.Gzip, TraceLink = "https://b/{trace_id}" })).Succeeded);

        Assert.DoesNotContain("k-secret", await File.ReadAllTextAsync(_fixture.FilePath), StringComparison.Ordinal);
        var again = Assert.Single(_fixture.Open().Current.Telemetry.MoreDestinations);
        Assert.Equal(("b", "B", DestinationKind.Honeycomb, "https://b/", "k-secret"), (again.Id, again.Name, again.Kind, again.Endpoint, again.ApiKey));
        Assert.Equal((DestinationCompression.Gzip, "https://b/{trace_id}", true), (again.Compression, again.TraceLink, again.Enabled));
    }

    [Theory]
    [InlineData("", "My_Collector", "my_collector")]
    [InlineData("../My one", "Any", "Myone")]
    public void What_tells_one_written_by_hand_from_others_may_name_a_folder(string id, string name, string expected)
    {
        var one = Assert.Single(_fixture.Open(new()
        {
            AppSettings = new Dictionary<string, string> { ["Telemetry:MoreDestinations:0:Id"] = id, ["Telemetry:MoreDestinations:0:Name"] = name, ["Telemetry:MoreDestinations:0:Endpoint"] = "http://c:4318" },
        }).Current.Telemetry.MoreDestinations);

        Assert.Equal(expected, one.Id);
        Assert.EndsWith(expected, new Spool(_fixture.Folder, one.Id, TimeProvider.System).Folder, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_configuration_is_another_receiver_that_goes_by_its_name()
    {
        var one = Assert.Single(_fixture.Open(new()
        {
            AppSettings = new Dictionary<string, string> { ["Telemetry:MoreDestinations:0:Name"] = "My Collector", ["Telemetry:MoreDestinations:0:Endpoint"] = "http://c:4318" },
        }).Current.Telemetry.MoreDestinations);

        Assert.Equal(("mycollector", "My Collector", DestinationKind.Other, "http://c:4318"), (one.Id, one.Name, one.Kind, one.Endpoint));
    }

    [Fact]
    public async Task What_is_wrong_names_the_destination_and_its_field()
    {
        var faults = (await SaveAsync(
            _fixture.Open(),
            new DestinationSettings { Id = "a", Name = "A", Endpoint = "localhost:4318" },
            new DestinationSettings { Id = "b", Name = "a", Endpoint = "http://user:pass@b/", CertificateFile = "ca.pem", TraceLink = "http://b/" },
            new DestinationSettings { Id = DestinationSettings.FirstId, Name = "C" })).Faults;

        Assert.Equal(
            ["0 Endpoint", "1 Name", "1 Endpoint", "1 CertificateFile", "1 TraceLink", "2 Name"],
            Assert.Single(faults).Items.Select(fault => $"{fault.Index} {fault.Field}"));
    }

    private SettingsService Open(params (string Name, string Value)[] variables) =>
        _fixture.Open(new() { Environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value) });

    private static Task<SettingsSaveResult> SaveAsync(SettingsService settings, params DestinationSettings[] destinations) =>
        settings.SaveAsync(current => current with { Telemetry = current.Telemetry with { MoreDestinations = [.. destinations] } }, CancellationToken.None);
}
