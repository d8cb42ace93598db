using ColorCode;

namespace OllamaStudio.Shared.Markdown;

/// <summary>A block of code that can be coloured.</summary>
/// <param name="Text">The code, with \n between its lines.</param>
/// <param name="Grammar">What colours it; one object a language.</param>
internal readonly record struct CodeText(string Text, ILanguage Grammar);
