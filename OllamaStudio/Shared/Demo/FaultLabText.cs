using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Shared.Demo;

/// <summary>What the fault lab says of a fault that stands.</summary>
public static class FaultLabText
{
    /// <summary>How long it stands, behind its name: <c>for the next message</c>.</summary>
    public static string Until(StandingFault fault) => fault.Requests is null ? "until it is switched off" : "for the next message";

    /// <summary>Its name as it is asked for elsewhere, with its number where one was given: <c>cut=5</c>.</summary>
    public static string NameOf(StandingFault fault) => fault.Amount is { } amount ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{fault.Name}={amount}") : fault.Name;
}
