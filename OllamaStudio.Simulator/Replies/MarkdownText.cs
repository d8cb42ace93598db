namespace OllamaStudio.Simulator.Replies;

/// <summary>One of everything that an answer can hold.</summary>
internal static class MarkdownText
{
    public const string Sample =
        """
        # Everything at once

        A paragraph with **strong** and *stressed* words, `code`, ~~struck-out text~~ and a [link](https://ollama.com).

        ## Tasks

        - [x] Pull a model
        - [x] Ask it something
        - [ ] Read the trace, step by step
          - [ ] where it waited
          - [ ] what it cost

        ## A query

        ```sql
        CREATE VIEW slow_routes AS
        SELECT route, count(*) AS requests, max(ms) AS slowest  -- milliseconds
        FROM requests WHERE started_at >= '2026-01-01' AND status < 500
        GROUP BY route ORDER BY slowest DESC;
        ```

        Where colours are not known, code is plain:

        ```yaml
        receivers:
          otlp: { protocols: { http: { endpoint: "0.0.0.0:4318" } } }
        ```

        ## A wide table

        | Model | Parameters | Quantization | Context window | Memory | Tokens a second | Notes |
        |:---|---:|:---:|---:|---:|---:|:---|
        | llama3.1:8b | 8.0 B | Q4_K_M | 131,072 | 6.2 GB | 42.1 | a good first choice on a machine with one small card |
        | qwen3:30b-a3b-instruct-2507 | 30.5 B | Q4_K_M | 262,144 | 19.8 GB | 61.7 | only three billion parameters work at a time |
        | gemma3:4b | 4.3 B | Q4_0 | 131,072 | 4.1 GB | 88.4 | looks at pictures, too |

        ## Two scripts

        مرحبًا! الأمر `ollama pull llama3.1:8b` يجلب النموذج، ثم يبدأ العمل.

        - الخطوة الأولى: تثبيت Ollama.
        - الخطوة الثانية: اختيار نموذج (مثل `gemma3:4b`).

        > שלום, Ollama! זה ציטוט קצר.

        | المرحلة | المدة |
        |---|---:|
        | تحميل النموذج | 1.3 s |
        | قراءة السؤال (prompt) | 0.4 s |

        And back to English, with the word سلام in the middle.

        ### Formulas and diagrams

        They stay the source that was sent: $e^{i\pi} + 1 = 0$, or \(a_1 * b_1 * c_1\), or

        \[
        t = \frac{n_{out}}{r}
        - t_{load}
        \]

        ```mermaid
        graph LR
          prompt --> queue --> load --> reading --> answering
        ```
        """;
}
