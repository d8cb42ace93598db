using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>A turn has ended, and the store did not take it in time. It is still in memory, and stored as soon as that is possible.</summary>
public sealed class NotStoredException() : Exception("The turn is not stored yet: the store did not take it in time. It is tried again by itself."), IErrorType
{
    /// <inheritdoc />
    public string ErrorType => "not_stored";

    /// <inheritdoc />
    public bool HoldsContent => false;
}
