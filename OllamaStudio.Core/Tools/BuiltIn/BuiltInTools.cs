using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Tools.BuiltIn;

/// <summary>The studio's own tools: arithmetic, which models are bad at, and the time, which they cannot know. All of them only read.</summary>
public sealed class BuiltInTools : IToolSource
{
    private readonly TimeProvider _time;

    /// <summary>Makes the tools.</summary>
    public BuiltInTools(TimeProvider time)
    {
        _time = time;
        Tools =
        [
            Make(Calculate, "calculate", "Calculates an arithmetic expression with + - * / % ^ and parentheses."),
            Make(GetCurrentTime, "get_current_time", "Tells the current date and time."),
        ];
    }

    /// <inheritdoc />
    public IReadOnlyList<StudioTool> Tools { get; }

    /// <summary>Never raised: these tools are always there.</summary>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    private static StudioTool Make(Delegate function, string name, string description) => new()
    {
        Function = AIFunctionFactory.Create(function, name, description), Source = ToolBox.BuiltInSource, IsReadOnly = true,
    };

    private static string Calculate([Description("The expression, such as (2 + 3) * 4 ^ 2.")] string expression)
    {
        try
        {
            // G29 leaves out zeros at the end: 2.50 + 2.50 is 5.
            return Expression.Evaluate(expression).ToString("G29", CultureInfo.InvariantCulture);
        }
        catch (DivideByZeroException error)
        {
            throw new DivideByZeroException("Division by zero has no result.", error);
        }
        catch (OverflowException error)
        {
            throw new OverflowException("The result is too large: more than 28 digits.", error);
        }
    }

    private string GetCurrentTime([Description("IANA time zone such as Europe/Berlin; left out for the zone of this computer.")] string? timezone = null)
    {
        var zone = _time.LocalTimeZone;
        if (!string.IsNullOrWhiteSpace(timezone) && !TimeZoneInfo.TryFindSystemTimeZoneById(timezone.Trim(), out zone!))
        {
            throw new ArgumentException($"There is no time zone '{timezone}'. Give an IANA name such as Europe/Berlin or UTC.", nameof(timezone));
        }

        var now = TimeZoneInfo.ConvertTime(_time.GetUtcNow(), zone);
        return $"{now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)} ({now.ToString("dddd", CultureInfo.InvariantCulture)}, {zone.Id})";
    }
}
