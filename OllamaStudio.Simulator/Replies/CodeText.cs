using System.Collections.Immutable;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Samples of code that run as they stand.</summary>
internal static class CodeText
{
    /// <summary>Words of a question that ask for code.</summary>
    public static ImmutableArray<string> AskedBy { get; } = ["code", "script", "program", "snippet", "isbn"];

    private static readonly ImmutableArray<Sample> Samples =
    [
        new(["c#", "csharp", "dotnet", ".net", "isbn"], "csharp", "In C#, a function that checks an ISBN of ten or thirteen digits:",
            """
            static bool IsIsbn(string text)
            {
                var isbn = text.Replace("-", "").Replace(" ", "").ToUpperInvariant();
                return isbn.Length switch
                {
                    // Weights from 10 down to 1; an X at the end counts 10.
                    10 => isbn[..9].All(char.IsAsciiDigit) && (char.IsAsciiDigit(isbn[9]) || isbn[9] == 'X')
                        && isbn.Select((c, i) => (c == 'X' ? 10 : c - '0') * (10 - i)).Sum() % 11 == 0,
                    // Weights 1 and 3 in turn.
                    13 => isbn.All(char.IsAsciiDigit) && isbn.Select((c, i) => (c - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10 == 0,
                    _ => false,
                };
            }

            Console.WriteLine(IsIsbn("978-0-306-40615-7")); // True
            """),
        new(["python", "py"], "python", "In Python, asking Ollama with nothing but the standard library:",
            """
            import json
            from urllib.request import Request, urlopen

            body = {"model": "llama3.1:8b", "messages": [{"role": "user", "content": "Why is the sky blue?"}]}
            request = Request("http://localhost:11434/api/chat", json.dumps(body).encode())

            with urlopen(request) as response:
                for line in response:
                    chunk = json.loads(line)
                    print(chunk["message"]["content"], end="", flush=True)
                    if chunk["done"]:
                        rate = chunk["eval_count"] / chunk["eval_duration"] * 1e9
                        print(f"\n{rate:.1f} tokens a second")
            """),
        new(["javascript", "js", "typescript", "node"], "javascript", "In JavaScript, the same in the browser or in Node.js:",
            """
            const response = await fetch("http://localhost:11434/api/chat", {
              method: "POST",
              body: JSON.stringify({ model: "llama3.1:8b", messages: [{ role: "user", content: "Why is the sky blue?" }] }),
            });

            let rest = "";
            for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
              const lines = (rest + part).split("\n");
              rest = lines.pop();
              for (const line of lines.filter(Boolean)) {
                console.log(JSON.parse(line).message.content);
              }
            }
            """),
        new(["bash", "shell", "curl", "terminal"], "bash", "From a terminal, asking which models there are and what one of them can do:",
            """
            curl -s http://localhost:11434/api/tags | jq -r '.models[].name'

            curl -s http://localhost:11434/api/show -d '{"model": "llama3.1:8b"}' |
              jq '{capabilities, details}'
            """),
        new(["html", "css"], "html", "In HTML, a bar that shows how much of the wait was loading:",
            """
            <figure>
              <meter min="0" max="4.9" value="1.3">1.3 of 4.9 seconds</meter>
              <figcaption>1.3 of 4.9 seconds went into loading the model</figcaption>
            </figure>
            """),
    ];

    /// <summary>Code in the languages that a question names, else in all of them.</summary>
    public static string Write(HashSet<string> words)
    {
        var asked = Samples.Where(sample => sample.Words.Any(words.Contains)).Select(Block).ToArray();
        return asked.Length > 0
            ? string.Join("\n\n", asked)
            : $"{string.Join("\n\n", Samples.Select(Block))}\n\nName one to see only that: {string.Join(", ", Samples.Select(static sample => sample.Fence))}.";
    }

    /// <summary>Functions in C#, without end.</summary>
    public static IEnumerable<string> Functions() =>
        Enumerable.Range(1, int.MaxValue).Select(static number => $"{Samples[0].Code.Replace("IsIsbn", $"IsIsbn{number}", StringComparison.Ordinal)}\n\n");

    private static string Block(Sample sample) => $"{sample.Caption}\n\n```{sample.Fence}\n{sample.Code}\n```";

    /// <param name="Words">Words in a question that ask for it; in lower case.</param>
    /// <param name="Fence">The name behind the fence.</param>
    /// <param name="Caption">What it does, ending with a colon.</param>
    /// <param name="Code">The code.</param>
    private sealed record Sample(ImmutableArray<string> Words, string Fence, string Caption, string Code);
}
