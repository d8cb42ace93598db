namespace OllamaStudio.Simulator.Faults;

/// <summary>Asks for the connection to be torn down without an end of the answer.</summary>
internal sealed class ConnectionCutException() : Exception("The connection is cut here on purpose.");
