using System.Globalization;

namespace OllamaStudio.Shared;

/// <summary>What something cost, in words.</summary>
public static class CostText
{
    /// <summary>US dollars, as many digits as tell something: <c>$0</c> is <c>$0.00</c>, what is less than a ten-thousandth <c>&lt; $0.0001</c>.</summary>
    public static string Dollars(double cost) => cost switch
    {
        > 0 and < 0.0001 => "< $0.0001",
        > 0 and < 0.01 => string.Create(CultureInfo.InvariantCulture, $"${cost:0.0000}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"${cost:#,0.00}"),
    };
}
