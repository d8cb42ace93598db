namespace OllamaStudio.Core.Telemetry;

/// <summary>An exception that says what it is to telemetry, which so needs to know no class of the modules above it.</summary>
public interface IErrorType
{
    /// <summary>The value of <c>error.type</c> on spans and metrics: one of a few, in snake case.</summary>
    string ErrorType { get; }

    /// <summary>Whether its words may hold content of a conversation, and so are left out where nothing is captured.</summary>
    bool HoldsContent { get; }
}
