using System.Globalization;

namespace OllamaStudio.Core.Tools.BuiltIn;

/// <summary>
/// Evaluates arithmetic in decimals: <c>+ - * / % ^</c>, parentheses, signs; numbers with a point, and exponents as in
/// <c>1.5e3</c>. A power binds tighter than a sign (<c>-2^2</c> is -4) and from the right. Nothing else is understood:
/// no names, no functions.
/// </summary>
internal ref struct Expression
{
    /// <summary>Longest expression, in characters.</summary>
    public const int MaxLength = 1_000;

    /// <summary>Deepest nesting of parentheses, signs and powers.</summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private Expression(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The value of <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">It is no expression, or beyond a bound; the message says where.</exception>
    /// <exception cref="DivideByZeroException">It divides by zero.</exception>
    /// <exception cref="OverflowException">A value is beyond what a decimal holds, about 7.9 · 10^28.</exception>
    public static decimal Evaluate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new FormatException($"The expression is longer than {MaxLength} characters.");
        }

        var expression = new Expression(text);
        var value = expression.Sum();
        return expression.Peek() == '\0' ? value : throw expression.Unexpected();
    }

    private decimal Sum()
    {
        var value = Product();
        while (Peek() is '+' or '-' or '−')
        {
            value = Take() == '+' ? value + Product() : value - Product();
        }

        return value;
    }

    private decimal Product()
    {
        var value = Signed();
        while (Peek() is '*' or '/' or '%' or '×' or '÷')
        {
            var sign = Take();
            var right = Signed();
            value = sign switch
            {
                '*' or '×' => value * right,
                '%' => value % right,
                _ => value / right,
            };
        }

        return value;
    }

    private decimal Signed()
    {
        Enter();
        var value = Peek() switch
        {
            '-' or '−' => Negated(),
            '+' => Unchanged(),
            _ => Power(),
        };
        _depth--;
        return value;
    }

    private decimal Negated()
    {
        Take();
        return -Signed();
    }

    private decimal Unchanged()
    {
        Take();
        return Signed();
    }

    private decimal Power()
    {
        var value = Atom();
        if (Peek() != '^')
        {
            return value;
        }

        Take();
        return Raise(value, Signed());
    }

    private decimal Atom()
    {
        if (Peek() != '(')
        {
            return Number();
        }

        Take();
        Enter();
        var value = Sum();
        if (Peek() != ')')
        {
            throw Peek() == '\0' ? new FormatException("A parenthesis is not closed.") : Unexpected();
        }

        Take();
        _depth--;
        return value;
    }

    private decimal Number()
    {
        Peek();
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
        {
            _at++;
        }

        // An exponent only where digits follow: "2e" is a slip, not a number.
        if (_at > start && _at < _text.Length && _text[_at] is 'e' or 'E')
        {
            var digits = _at + 1 < _text.Length && _text[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
            if (digits < _text.Length && char.IsAsciiDigit(_text[digits]))
            {
                _at = digits;
                while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
                {
                    _at++;
                }
            }
        }

        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var number = _text[start.._at];
        if (number.IsEmpty)
        {
            throw Unexpected();
        }

        return decimal.TryParse(number, Plain, CultureInfo.InvariantCulture, out var value) ? value
            : number.Count('.') > 1 ? throw new FormatException($"'{number}' is no number.")
            : throw new OverflowException("A number is too large: more than 28 digits.");
    }

    // Whole exponents are exact; others go by way of a double, which is what a power of a fraction is worth.
    private static decimal Raise(decimal value, decimal exponent)
    {
        if (exponent != decimal.Truncate(exponent) || decimal.Abs(exponent) > 1_000)
        {
            var power = Math.Pow((double)value, (double)exponent);
            return double.IsNaN(power) ? throw new FormatException("A fractional power of a negative number has no real value.") : (decimal)power;
        }

        if (exponent < 0)
        {
            return 1 / Raise(value, -exponent);
        }

        var result = 1m;
        for (var left = (int)exponent; left > 0; left--)
        {
            result *= value;
        }

        return result;
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException($"The expression is nested deeper than {MaxDepth} levels.");
        }
    }

    private char Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private char Take()
    {
        Peek();
        return _text[_at++];
    }

    private readonly FormatException Unexpected() => _at < _text.Length
        ? new FormatException($"'{_text[_at]}' at position {_at + 1} is not understood. Numbers, + - * / % ^ and parentheses are.")
        : new FormatException("The expression ends where a number is expected.");
}
