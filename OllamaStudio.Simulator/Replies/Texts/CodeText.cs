using System.Collections.Immutable;

namespace OllamaStudio.Simulator.Replies.Texts;

/// <summary>A sample of code.</summary>
/// <param name="Words">Words in a question that ask for this language; in lower case.</param>
/// <param name="Fence">The name behind the fence.</param>
/// <param name="Caption">What it does, one sentence that ends with a colon.</param>
/// <param name="Code">The code.</param>
internal sealed record CodeSample(ImmutableArray<string> Words, string Fence, string Caption, string Code);

/// <summary>Samples that all do something with Ollama or with spans, and that run as they stand.</summary>
internal static class CodeText
{
    public static ImmutableArray<CodeSample> Samples { get; } =
    [
        new(["c#", "csharp", "dotnet", ".net"], "csharp", "In C#, reading an answer line by line while it is written:",
            """
            using System.Net.Http.Json;
            using System.Text.Json.Nodes;

            using var http = new HttpClient { BaseAddress = new Uri("http://localhost:11434") };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat")
            {
                Content = JsonContent.Create(new
                {
                    model = "llama3.1:8b",
                    messages = new[] { new { role = "user", content = "Why is the sky blue?" } },
                }),
            };

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
            {
                var chunk = JsonNode.Parse(line);
                Console.Write(chunk?["message"]?["content"]);
            }
            """),
        new(["python", "py"], "python", "In Python, with nothing but the standard library:",
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
        new(["javascript", "js", "typescript", "node"], "javascript", "In JavaScript, in the browser or in Node.js:",
            """
            const response = await fetch("http://localhost:11434/api/chat", {
              method: "POST",
              body: JSON.stringify({
                model: "llama3.1:8b",
                messages: [{ role: "user", content: "Why is the sky blue?" }],
              }),
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
        new(["sql"], "sql", "In SQL, the slowest half of the model calls in a table of spans:",
            """
            SELECT model,
                   COUNT(*)                          AS calls,
                   ROUND(AVG(duration_ms))           AS average_ms,
                   SUM(tokens_out) * 1000.0
                     / NULLIF(SUM(duration_ms), 0)   AS tokens_per_second
            FROM spans
            WHERE name = 'ollama.chat_streaming'
            GROUP BY model
            ORDER BY average_ms DESC;
            """),
        new(["json"], "json", "In JSON, the last line of a streamed answer (durations in nanoseconds):",
            """
            {
              "model": "demo-small",
              "message": { "role": "assistant", "content": "" },
              "done": true,
              "done_reason": "stop",
              "total_duration": 4883583458,
              "load_duration": 1334875,
              "prompt_eval_count": 26,
              "prompt_eval_duration": 342546000,
              "eval_count": 282,
              "eval_duration": 4535599000
            }
            """),
        new(["html", "css"], "html", "In HTML, a bar that shows how much of the wait was loading:",
            """
            <figure>
              <meter min="0" max="4.9" value="1.3">1.3 of 4.9 seconds</meter>
              <figcaption>1.3 of 4.9 seconds went into loading the model</figcaption>
            </figure>
            """),
        new(["yaml", "docker", "compose"], "yaml", "In YAML, Ollama and Phoenix side by side:",
            """
            services:
              ollama:
                image: ollama/ollama
                ports: ["127.0.0.1:11434:11434"]
                volumes: ["models:/root/.ollama"]
              phoenix:
                image: arizephoenix/phoenix
                ports: ["127.0.0.1:6006:6006"]
            volumes:
              models:
            """),
    ];
}
