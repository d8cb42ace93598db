using System.Text;
using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Lab;

/// <summary>
/// Writes a request as what others run: <c>curl</c>, an <c>.http</c> file, a C# test. Any text of a message goes through unchanged, and
/// no key is ever among it: where the server needs one, it is taken from the variable <c>OLLAMA_API_KEY</c>.
/// </summary>
public static partial class RequestText
{
    /// <summary>Ollama's own variable for its key.</summary>
    public const string KeyVariable = "OLLAMA_API_KEY";

    private static readonly Uri Local = new("http://localhost:11434/");

    /// <summary>
    /// For bash and its like. The body is a here-document that nothing is expanded in, because one argument may have 128 KB at most; no
    /// line of indented JSON is the word that ends it.
    /// </summary>
    /// <param name="call">The call.</param>
    public static string Curl(RecordedCall call)
    {
        var notes = Notes(call, "# ");
        return notes + Curl(call.Server, call.Request.ToJson());
    }

    /// <summary>The same for a body that is written already.</summary>
    /// <param name="server">Where it goes; null for an Ollama on this machine.</param>
    /// <param name="json">The body, indented.</param>
    internal static string Curl(Uri? server, string json)
    {
        var text = new StringBuilder("curl --silent --show-error --no-buffer '").Append(Address(server).AbsoluteUri.Replace("'", "%27", StringComparison.Ordinal)).Append("' \\\n");
        if (NeedsKey(server))
        {
            text.Append("  -H \"Authorization: Bearer $").Append(KeyVariable).Append("\" \\\n");
        }

        return text.Append("  -H 'Content-Type: application/json' \\\n  --data-binary @- <<'JSON'\n").Append(json).Append("\nJSON\n").ToString();
    }

    /// <summary>For the HTTP clients of Visual Studio, Rider and Visual Studio Code.</summary>
    /// <param name="call">The call.</param>
    public static string HttpFile(RecordedCall call)
    {
        var text = Notes(call, "# ").Append("### ").Append(OneLine(call.Request.Model)).Append("\nPOST ").Append(Address(call).AbsoluteUri).Append("\nContent-Type: application/json\n");
        if (NeedsKey(call))
        {
            text.Append("Authorization: Bearer {{$processEnv ").Append(KeyVariable).Append("}}\n");
        }

        // Two braces begin a variable there. They stand only within texts, where JSON has another way to write one.
        return text.Append('\n').Append(call.Request.ToJson().Replace("{{", "{\\u007b", StringComparison.Ordinal)).Append('\n').ToString();
    }

    /// <summary>A test for xunit that asks the same and holds that the reply is whole; what it should say is for the person to add.</summary>
    /// <param name="call">The call.</param>
    public static string CSharpTest(RecordedCall call)
    {
        var json = call.Request.ToJson();
        var quotes = new string('"', Math.Max(3, Quotes().Matches(json).Select(static run => run.Length).DefaultIfEmpty().Max() + 1));
        var key = NeedsKey(call)
            ? $"""

                      client.DefaultRequestHeaders.Authorization = new("Bearer", Environment.GetEnvironmentVariable("{KeyVariable}"));
              """
            : "";
        return Notes(call, "// ") + $$"""
            using System;
            using System.Linq;
            using System.Net.Http;
            using System.Text;
            using System.Text.Json;
            using System.Threading;
            using System.Threading.Tasks;
            using Xunit;

            public class ModelCallTests
            {
                private const string Request = {{quotes}}
            {{Indented(json)}}
                    {{quotes}};

                [Fact]
                public async Task The_model_answers_to_the_end()
                {
                    using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };{{key}}
                    using var content = new StringContent(Request, Encoding.UTF8, "application/json");

                    using var response = await client.PostAsync("{{Address(call).AbsoluteUri.Replace("\"", "%22", StringComparison.Ordinal)}}", content);

                    var body = await response.Content.ReadAsStringAsync();
                    Assert.True(response.IsSuccessStatusCode, body);
                    var chunks = body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
                    Assert.True(chunks[^1].TryGetProperty("done", out var done) && done.GetBoolean(), body);
                    var reply = string.Concat(chunks.Select(chunk => chunk.GetProperty("message").GetProperty("content").GetString()));
                    Assert.NotNull(reply); // say here what it should be
                }
            }

            """.ReplaceLineEndings("\n");
    }

    private static string Indented(string json) => "        " + json.Replace("\n", "\n        ", StringComparison.Ordinal);

    private static StringBuilder Notes(RecordedCall call, string mark)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Notes.Aggregate(new StringBuilder(), (text, note) => text.Append(mark).Append(OneLine(note)).Append('\n'));
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static Uri Address(RecordedCall call) => Address(call.Server);

    private static Uri Address(Uri? server) => new(new Uri((server ?? Local).AbsoluteUri.TrimEnd('/') + "/"), "api/chat");

    // The studio itself sends its key nowhere else.
    private static bool NeedsKey(RecordedCall call) => NeedsKey(call.Server);

    private static bool NeedsKey(Uri? server) =>
        server is { Scheme: "https" } && string.Equals(server.Host, "ollama.com", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("\"+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quotes();
}
