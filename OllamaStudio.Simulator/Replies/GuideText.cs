using System.Collections.Immutable;

namespace OllamaStudio.Simulator.Replies;

/// <summary>An entry of the built-in guide.</summary>
/// <param name="Words">Words or phrases in a question that lead here; in lower case.</param>
/// <param name="Text">Markdown, its first paragraph an answer on its own.</param>
internal sealed record GuideEntry(ImmutableArray<string> Words, string Text);

/// <summary>What the demo models know about OllamaStudio. The first entry whose words a question has is its answer.</summary>
internal static class GuideText
{
    public static ImmutableArray<GuideEntry> Entries { get; } =
    [
        new(["what can you do", "what can i do", "what can i try", "who are you", "what are you", "what is this", "what is ollamastudio", "about ollamastudio", "how do i start", "getting started", "get started"],
            """
            I am the **built-in demo** of OllamaStudio. There is no language model behind me: I answer from a small set of texts, at the speed of a real model, so that you can try the studio before Ollama is installed.

            Things worth trying:

            | You write | You see |
            |---|---|
            | `long` | about 2,000 tokens: good for Stop, scrolling and the live spans |
            | `code`, or `code in python` | code blocks with their language |
            | `table`, `list`, `short`, `markdown` | other shapes of an answer |
            | `what did I ask before?` | that the history is really sent |
            | `how do I send traces to Phoenix?` | a page of this guide |

            And the other demo models:

            - **demo-thinking** thinks before it answers.
            - **demo-tools** calls a tool when you ask for a sum or for the time.
            - **demo-vision** takes images and tells their size.
            - **demo-faults** fails in the way you name: ask it for the list.

            While I write, watch the **live spans** on the right: every step of this reply is a row there, from the request to the last token.
            """),
        new(["time to first token"],
            """
            **Time to first token** is how long you look at nothing: from the moment you send a message until the first piece of the answer arrives. It holds everything that comes before writing: the connection, the queue, loading the model, and reading the prompt. A long conversation or a model that is not in memory makes it grow, and the bar below each message shows which of them it was.
            """),
        new(["phoenix", "otlp", "jaeger", "collector", "export", "send traces", "backend"],
            """
            OllamaStudio sends its traces to any OTLP endpoint over HTTP. Out of the box that is Phoenix on this machine, at `http://localhost:6006/v1/traces`.

            ## To see your traces in Phoenix

            1. Start Phoenix, for example with `docker run -p 6006:6006 arizephoenix/phoenix`.
            2. In **Settings**, check the endpoint and the project. The endpoint is the full URL, with `/v1/traces` at its end.
            3. Press **Send test span**. The studio sends one span and tells you what the endpoint answered.
            4. Send a message here and open the project in Phoenix.

            ## If nothing arrives

            Look at the export state in the status bar: it names the last error in plain words. The usual causes are an endpoint without its path, a missing API key (that is a 401), and a sampling ratio of 0. Each message also shows whether it was sampled and exported.

            Whatever the endpoint does, the chat goes on: traces are sent in the background, in batches.
            """),
        new(["sampling", "sampled", "sample", "ratio"],
            """
            The **sampling ratio** decides which share of your turns is exported: 1 sends all of them, 0.1 one in ten, 0 none. The live spans are not affected; they always show everything.

            A turn is sampled as a whole, never in parts, so a trace in Phoenix is complete or not there. Rows that were sampled out are marked in the panel. A change takes effect with the next message, without a restart.
            """),
        new(["privacy", "private", "capture", "redact", "content captured", "who can see", "leave my machine"],
            """
            What you write stays on this machine, unless you send traces somewhere else, and even then the **capture level** decides how much of it they contain.

            | Level | What a span holds |
            |---|---|
            | Off | lengths and counts, no text at all |
            | Preview | the first 1,000 characters of question and answer |
            | Full | the messages as well |

            The level is one switch in the status bar and applies from the next message on. With **Off**, text is never put on a span in the first place, so neither the panel nor an exporter can show it.
            """),
        new(["span", "spans", "trace", "traces", "live panel", "waterfall", "observability", "opentelemetry", "telemetry"],
            """
            Each message you send becomes a **trace**: a tree of spans, one for every step. You can watch it grow on the right while the answer is being written. The outermost span is the whole turn, below it lies each round with the model, and below that the call itself, the wait for its first byte, and every tool that was called.

            Click a row for its attributes: model, tokens in and out, Ollama's own durations, and how it ended. Pause freezes what you look at, not what is recorded. Under each message there is a link to its trace.
            """),
        new(["token", "tokens", "latency", "slow", "speed", "fast", "tok/s", "performance", "first token"],
            """
            Below each message are its numbers: tokens a second, the time to the first token, tokens in and tokens out. The thin bar below them shows where the wait went.

            - **Queue**: others were served first.
            - **Loading the model**: it was not in memory yet.
            - **Reading the prompt**: grows with the length of the conversation.
            - **Thinking**: tokens before the answer, on models that think.
            - **Answering**: what you see appear.

            The figures are the server's own, and one that the server did not send is left out rather than guessed. Mine are honest too: I really do wait as long as I say, but only to play a model. Ask me for something `long` and watch them.
            """),
        new(["tool", "tools", "mcp", "function calling", "calculator"],
            """
            A model that can use **tools** may ask the studio to run one: the calculator, the current time, or a tool of an MCP server that you added. The result goes back to the model, which then answers.

            Pick the model **demo-tools** and ask *What is 5 + 3?* or *What time is it?*. You see a card with the call, its arguments, its result and how long it took, and in the trace a span named `execute_tool`.
            """),
        new(["fault", "faults", "error", "errors", "fail", "failure", "break"],
            """
            Everything that can go wrong with a server can be tried with the model **demo-faults**: name a fault in your message and it happens.

            For a start: `error-mid-stream` fails in the middle of an answer, `cut` breaks the connection, `silence` never answers, `slow-load` makes you wait, `busy-503` is a full queue. Ask it for its list to see them all.

            Each one shows how the studio says what happened, what it keeps of the answer, and how the span records it.
            """),
        new(["ollama", "real model", "install", "switch", "pull", "llama", "local model"],
            """
            To talk to real models, install Ollama from [ollama.com](https://ollama.com/download), start it, and fetch a model:

            ```bash
            ollama serve
            ollama pull llama3.1:8b
            ```

            The studio keeps looking for it, on `http://localhost:11434` unless `OLLAMA_HOST` says otherwise, and offers to switch as soon as it answers. You can go back to the demo at any time.
            """),
        new(["setting", "settings", "configure", "configuration", "environment variable", "api key", "service name"],
            """
            Settings are saved and take effect at once: no restart, and no span is lost. What an environment variable fixes is shown as fixed, with the variable's name.

            The ones people use most are `OLLAMA_HOST` for the server, `PHOENIX_ENDPOINT` for where traces are sent, and `PORT` for the port of this page. The README lists all of them.
            """),
        new(["shortcut", "shortcuts", "keyboard", "keys"],
            """
            **Enter** sends and **Shift+Enter** starts a new line. **Esc** closes what is on top, else stops the answer. **Up** in an empty message box brings the last prompt back, **Ctrl+Shift+O** starts a new chat, and **Ctrl+.** opens the settings.
            """),
        new(["context", "context window", "history", "memory", "remember", "forget"],
            """
            Each message carries the conversation before it: a model has no memory of its own. How much fits is the size of its **context window**, and here that is 4,096 tokens unless you set `num_ctx`.

            When a conversation outgrows it, the oldest messages are dropped without a word, by me as by Ollama. Compare the tokens that went in with the size of the window when a model seems to have forgotten something.
            """),
    ];
}
