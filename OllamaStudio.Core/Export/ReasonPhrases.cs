using System.Net;
using System.Text;

namespace OllamaStudio.Core.Export;

/// <summary>The words that go with an HTTP status, whatever the server calls it; HTTP/2 servers call it nothing.</summary>
internal static class ReasonPhrases
{
    /// <summary>"Service Unavailable" for 503; empty for a number that has no name.</summary>
    public static string Of(HttpStatusCode status)
    {
        if (!Enum.IsDefined(status))
        {
            return "";
        }

        // ServiceUnavailable → Service Unavailable
        var words = new StringBuilder();
        foreach (var letter in status.ToString())
        {
            if (char.IsUpper(letter) && words.Length > 0 && char.IsLower(words[^1]))
            {
                words.Append(' ');
            }

            words.Append(letter);
        }

        return words.ToString();
    }
}
