using System.Globalization;
using System.Runtime.InteropServices;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>What one model call cost, or several together. What is unknown is null, never nothing.</summary>
/// <param name="Prompt">USD for reading the prompt.</param>
/// <param name="Completion">USD for writing the reply.</param>
/// <param name="WattHours">Energy that the machine drew for it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CallCost(double? Prompt, double? Completion, double? WattHours)
{
    private const double Million = 1_000_000;

    // More than any price list has, and fewer than a double is exact to.
    private const string Digits = "E11";

    /// <summary>USD in all; null unless both parts are known.</summary>
    public double? Total => Rounded(Prompt + Completion);

    /// <summary>
    /// The cost of a reply. By tokens: those that the server counted, cached ones at their own price where there is one and the server told
    /// how many. By energy: the time that the server says it worked, without the wait in its queue. A reply that was broken off has neither.
    /// </summary>
    public static CallCost Of(ModelPrice? price, ReplyRecorder reply)
    {
        if (price is null)
        {
            return default;
        }

        double? reading = null;
        double? writing = null;
        if (price.Watts is { } watts && (reply.TotalDuration ?? reply.EvalDuration) is not null)
        {
            // A part that is missing from what a server tells took no time: a prompt that was cached is not read.
            reading = watts * ((reply.LoadDuration ?? default) + (reply.PromptEvalDuration ?? default)).TotalHours;
            writing = watts * (reply.EvalDuration ?? default).TotalHours;
        }

        if (price is { InputPrice: { } input, OutputPrice: { } output })
        {
            var cached = reply.CachedTokens ?? 0;
            return new CallCost(
                Rounded(((reply.InputTokens - cached) * input + cached * (price.CachedPrice ?? input)) / Million),
                Rounded(reply.OutputTokens * output / Million),
                Rounded(reading + writing));
        }

        var perWattHour = price.ElectricityPrice / 1000;
        return new CallCost(Rounded(reading * perWattHour), Rounded(writing * perWattHour), Rounded(reading + writing));
    }

    /// <summary>Both together, as far as they are known.</summary>
    public CallCost Plus(CallCost other) => new(Sum(Prompt, other.Prompt), Sum(Completion, other.Completion), Sum(WattHours, other.WattHours));

    private static double? Sum(double? one, double? other) => one is null ? other : Rounded(one + (other ?? 0));

    // To 12 significant digits: 0.013600000000000001 is 0.0136, as a person would work it out.
    private static double? Rounded(double? value) => value is { } number ? double.Parse(number.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}
