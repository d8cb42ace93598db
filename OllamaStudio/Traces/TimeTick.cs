namespace OllamaStudio.Traces;

/// <summary>A mark on the time axis.</summary>
/// <param name="Percent">Where, in percent of the axis.</param>
/// <param name="Label">Time since the start, in words.</param>
public readonly record struct TimeTick(double Percent, string Label);
