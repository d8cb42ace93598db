namespace OllamaStudio.Core.Spans;

/// <summary>What became of spans that were to be stored.</summary>
/// <param name="Added">They were not there before.</param>
/// <param name="Known">They were there already.</param>
/// <param name="TooOld">They are of before what is kept, and were left out: they would go at once, and count twice when they came again.</param>
public sealed record SpanIntake(int Added, int Known, int TooOld);
