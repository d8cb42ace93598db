namespace OllamaStudio.Tests.Telemetry;

/// <summary>Tests that install process-wide listeners or depend on nobody else listening: one at a time, and nothing beside them.</summary>
[CollectionDefinition("telemetry", DisableParallelization = true)]
public sealed class TelemetryCollectionDefinition;
