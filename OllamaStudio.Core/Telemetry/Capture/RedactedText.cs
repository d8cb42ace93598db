using System.Collections.Immutable;

namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>A text after redaction, and what was hidden in it.</summary>
/// <param name="Text">The text that may be shown.</param>
/// <param name="Redactions">What was hidden, in the order of the text; empty where nothing was.</param>
public sealed record RedactedText(string Text, ImmutableArray<Redaction> Redactions);

/// <summary>One place where something was hidden.</summary>
/// <param name="Start">Where its mark begins in the redacted text, in UTF-16 characters.</param>
/// <param name="Length">How long the mark is.</param>
/// <param name="Rule">Which rule hid it, for a person: <c>e-mail address</c>, <c>pattern ID-[0-9]+</c>.</param>
/// <param name="Hidden">What stood there. It never leaves the process.</param>
public readonly record struct Redaction(int Start, int Length, string Rule, string Hidden);
