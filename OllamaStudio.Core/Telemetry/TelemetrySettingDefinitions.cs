using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OllamaStudio.Core.Settings;
using Pairs = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace OllamaStudio.Core.Telemetry;

/// <summary>The settings of what is recorded, and in whose name.</summary>
public static class TelemetrySettingDefinitions
{
    /// <summary>Key of <see cref="TelemetrySettings.Capture"/>.</summary>
    public const string CaptureKey = "Telemetry:Capture";

    /// <summary>Key of <see cref="TelemetrySettings.RedactionPatterns"/>.</summary>
    public const string RedactionPatternsKey = "Telemetry:RedactionPatterns";

    /// <summary>Most patterns of a person's own.</summary>
    public const int MaxPatterns = 50;

    /// <summary>Key of <see cref="TelemetrySettings.SamplingRatio"/>.</summary>
    public const string SamplingRatioKey = "Telemetry:SamplingRatio";

    private const int MaxPatternLength = 1000;

    private static readonly SettingAccessor<TelemetrySettings> s_telemetry = new(
        settings => settings.Telemetry, (settings, value) => settings with { Telemetry = value });

    private static readonly SettingGroup s_service = new("service", "Service") { Help = "How the studio names itself in its traces." };

    /// <summary>The section of the page that says what a trace holds and which ones are exported.</summary>
    public static SettingGroup Privacy { get; } = new("privacy", "Privacy and sampling")
    {
        Help = "How much of your messages a trace holds, and how many traces are exported.",
    };

    /// <summary>Section of what is measured and what it costs.</summary>
    public static SettingGroup Metrics { get; } = new("prices", "Prices and metrics")
    {
        Help = "What models cost, and the names that Prometheus finds at /metrics. Without a price no cost is told.",
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<string>("Telemetry:ServiceName", "Service name", SettingFormats.Text, s_telemetry.Then(
            settings => settings.ServiceName, (settings, value) => settings with { ServiceName = value }))
        {
            Group = s_service,
            Help = "Resource attribute service.name.",
            Meaning = "service name",
            Variables = [new("OTEL_SERVICE_NAME"), OpenTelemetryVariables.InResource(ResourceNames.ServiceName)],
            Rule = SettingRules.Name,
            TestId = "setting-service-name",
        },
        new SettingDefinition<string>("Telemetry:Environment", "Environment", SettingFormats.Text, s_telemetry.Then(
            settings => settings.Environment, (settings, value) => settings with { Environment = value }))
        {
            Group = s_service,
            Help = "Resource attribute deployment.environment.name.",
            Meaning = "deployment environment",
            Variables =
            [
                new("ENVIRONMENT"),
                OpenTelemetryVariables.InResource(ResourceNames.DeploymentEnvironmentName, ResourceNames.DeploymentEnvironment),
            ],
            Rule = SettingRules.Name,
            TestId = "setting-environment",
        },
        new SettingDefinition<string?>("Telemetry:ServiceVersion", "Version", SettingFormats.OptionalText, s_telemetry.Then(
            settings => settings.ServiceVersion, (settings, value) => settings with { ServiceVersion = value }))
        {
            Group = s_service,
            Help = "Resource attribute service.version; empty reports the studio's own.",
            Placeholder = "the studio's own",
            Meaning = "application version reported",
            DefaultText = "the assembly's version",
            Variables = [new("SERVICE_VERSION"), OpenTelemetryVariables.InResource(ResourceNames.ServiceVersion)],
            Rule = SettingRules.OptionalName,
            TestId = "setting-version",
        },
        new SettingDefinition<Pairs>("Telemetry:ResourceAttributes", "Resource attributes", SettingFormats.Pairs("attribute"), s_telemetry.Then(
            settings => settings.ResourceAttributes, (settings, value) => settings with { ResourceAttributes = value }))
        {
            Group = s_service,
            IsAdvanced = true,
            Help = "Sent with everything this studio exports.",
            Variables = [OpenTelemetryVariables.ResourceAttributes],
            Rule = SettingRules.Attributes,
        },
        new SettingDefinition<Pairs>("Telemetry:SpanAttributes", "Span attributes", SettingFormats.Pairs("attribute"), s_telemetry.Then(
            settings => settings.SpanAttributes, (settings, value) => settings with { SpanAttributes = value }))
        {
            Group = s_service,
            IsAdvanced = true,
            Help = "Added to every span. Phoenix shows these, but not resource attributes.",
            Rule = SettingRules.Attributes,
        },
        new SettingDefinition<CaptureLevel>(CaptureKey, "Message content", SettingFormats.Choice(
            (CaptureLevel.Off, "Off", "No content anywhere: lengths and counts only."),
            (CaptureLevel.Preview, "Preview", "The first 1,000 characters of prompt and reply."),
            (CaptureLevel.Full, "Full", "Previews, and whole messages on the model's spans.")), s_telemetry.Then(
            settings => settings.Capture, (settings, value) => settings with { Capture = value }))
        {
            Group = Privacy,
            Help = "Variables named OPENINFERENCE_HIDE_… take from it what they name: INPUTS, OUTPUTS, INPUT_TEXT, OUTPUT_TEXT, INPUT_MESSAGES, OUTPUT_MESSAGES, LLM_TOOLS, LLM_INVOCATION_PARAMETERS.",
            Variables = [OpenTelemetryVariables.CaptureContent],
            TestId = "setting-capture",
        },
        new SettingDefinition<double>(SamplingRatioKey, "Sampling ratio", SettingFormats.Number(0, 1, "0.1 exports one trace in ten."), s_telemetry.Then(
            settings => settings.SamplingRatio, (settings, value) => settings with { SamplingRatio = value }))
        {
            Group = Privacy,
            Help = "From 0, nothing, to 1, everything.",
            Variables = [OpenTelemetryVariables.Sampler],
            TestId = "setting-sampling-ratio",
        },
        new SettingDefinition<ImmutableArray<string>>(RedactionPatternsKey, "Redaction patterns", SettingFormats.Lines, s_telemetry.Then(
            settings => settings.RedactionPatterns, (settings, value) => settings with { RedactionPatterns = value }))
        {
            Group = Privacy,
            Help = "Regular expressions, one per line. Their matches are redacted, as are e-mail addresses, card numbers, keys and tokens.",
            Rule = Patterns,
            TestId = "setting-redaction",
        },
        new SettingDefinition<MetricNaming>("Telemetry:MetricNames", "GenAI metrics", SettingFormats.Choice(
            (MetricNaming.Both, "Both names", "Every measurement under the new and the old name."),
            (MetricNaming.New, "New names", TelemetryNames.GenAi.Prefix + "client.inference.* and the agent's."),
            (MetricNaming.Old, "Old names", TelemetryNames.GenAi.Prefix + "client.operation.*, which most boards still read.")), s_telemetry.Then(
            settings => settings.MetricNames, (settings, value) => settings with { MetricNames = value }))
        {
            Group = Metrics,
            Help = "The names of the OpenTelemetry conventions moved. The studio's own, llm_…, are always there.",
            TestId = "setting-metric-names",
        },
    ];

    /// <summary>Each must compile without backtracking, so that no text can make it slow, and must not match everywhere.</summary>
    private static string? Patterns(ImmutableArray<string> value) =>
        value.Length > MaxPatterns ? $"There may be at most {MaxPatterns} patterns."
        : value.Select((pattern, i) => (Number: i + 1, Fault: Pattern(pattern))).FirstOrDefault(each => each.Fault is not null) is (var number, { } fault)
            ? value.Length == 1 ? fault : $"Pattern {number}: {fault}"
        : null;

    private static string? Pattern(string pattern)
    {
        if (pattern.Length > MaxPatternLength)
        {
            return $"It may have at most {MaxPatternLength} characters.";
        }

        try
        {
            var expression = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
            return expression.IsMatch("") ? "It matches empty text, and so everywhere; make at least one part of it required." : null;
        }
        catch (NotSupportedException)
        {
            return "It uses a lookaround, a backreference or another construct that cannot run in bounded time; rewrite it without that.";
        }
        catch (ArgumentException malformed)
        {
            return $"It is not a valid regular expression: {malformed.Message}";
        }
    }
}
