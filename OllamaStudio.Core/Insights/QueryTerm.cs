namespace OllamaStudio.Core.Insights;

/// <summary>One thing that a query asks for, and where it stands in the text.</summary>
public abstract record QueryTerm
{
    /// <summary>Where it begins.</summary>
    public required int Start { get; init; }

    /// <summary>As it was typed.</summary>
    public required string Text { get; init; }

    /// <summary>Whether traces are shown that do <b>not</b> fit (<c>-status:error</c>).</summary>
    public required bool IsNegated { get; init; }
}

/// <summary>Words that stand in the prompt, or in the name, model, conversation, error or id of a trace.</summary>
/// <param name="Words">What is looked for; in quotes it may hold blanks.</param>
public sealed record WordTerm(string Words) : QueryTerm;

/// <summary>A field of text that has a value.</summary>
/// <param name="Field">The field.</param>
/// <param name="Value">The value, not empty.</param>
public sealed record FieldTerm(QueryField Field, string Value) : QueryTerm;

/// <summary>A field of numbers that compares in some way.</summary>
/// <param name="Field">The field.</param>
/// <param name="Operator">How.</param>
/// <param name="Value">With what; times in nanoseconds.</param>
public sealed record NumberTerm(QueryField Field, QueryOperator Operator, double Value) : QueryTerm;

/// <summary>An attribute that a span of the trace has.</summary>
/// <param name="Key">Its name, whole.</param>
/// <param name="Operator">How its value compares; null where any will do.</param>
/// <param name="Value">With what.</param>
public sealed record AttributeTerm(string Key, QueryOperator? Operator, string Value) : QueryTerm;

/// <summary>How a value compares.</summary>
public enum QueryOperator
{
    /// <summary><c>:</c> is equal; of an attribute's text: contains.</summary>
    Has,

    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    AtLeast,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    AtMost,
}

/// <summary>What is wrong with a part of a query. It narrows nothing.</summary>
/// <param name="Start">Where that part begins in the text.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Message">What is wrong and what to write instead, with the part in it.</param>
public sealed record QueryProblem(int Start, int Length, string Message);
