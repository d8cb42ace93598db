using System.Runtime.InteropServices;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>One signal of a destination, to be chosen.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Id">The box's id on the page.</param>
/// <param name="IsOn">Whether it is chosen.</param>
/// <param name="IsFixed">Whether something fixes that.</param>
/// <param name="HasOwnAddress">Whether it goes to another address than traces, so that their receiver's kind says nothing of it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SignalBox(TelemetrySignal Signal, string Id, bool IsOn, bool IsFixed = false, bool HasOwnAddress = false);
