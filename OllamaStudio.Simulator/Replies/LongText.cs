using System.Collections.Immutable;

namespace OllamaStudio.Simulator.Replies;

/// <summary>The text of long answers: where the time of a reply goes. About 2,000 tokens in all.</summary>
internal static class LongText
{
    public const string Title = "Where the time of a reply goes";

    public static ImmutableArray<(string Heading, string Text)> Sections { get; } =
    [
        ("The clock starts before the model does",
            """
            Between the moment you press Enter and the first word on the screen, a surprising amount happens, and most of it has nothing to do with language. The studio builds a request out of the conversation so far, opens a connection, and sends it. The server reads the request, looks up the model, and puts the request in a queue. Only then does anybody think about your question.

            That is why one number, "it took four seconds", says so little. Two replies that took four seconds can be slow for opposite reasons, and what helps the one does nothing for the other.
            """),
        ("Loading",
            """
            A model that is not in memory has to be read from disk. For a few gigabytes on a good disk this takes a few seconds; for a large model on a slow one it can take a minute, and during all of it the server sends nothing at all. There is no progress to show because no answer has begun.

            You pay this price once. The model stays in memory for a while after the last question, five minutes unless somebody says otherwise, so the second question is answered sooner. If your first reply of the day is always slow and the rest are not, loading is the reason. The setting that helps is called *keep alive*.
            """),
        ("Waiting in line",
            """
            A server works on a few requests side by side; the others wait. Ollama reports how long it loaded, how long it read and how long it wrote, but it has no figure for the wait itself. It hides in the difference: take the total, subtract the three, and what is left is mostly the queue.

            On your own machine, with one window open, that rest is close to nothing. As soon as a second person or a script joins, it grows, and no faster model will shrink it.
            """),
        ("Reading the prompt",
            """
            Before it writes, the model reads everything it was sent: the system prompt, the earlier questions and answers, descriptions of tools, and at last your question. Reading is quick, often thousands of tokens a second, because the tokens can be worked on together.

            It still adds up. A conversation of fifty messages may be ten thousand tokens long, and each new question sends all of it again. The server remembers what it read last time and skips the part that is unchanged, so a long chat is cheaper than it looks, as long as nothing near its beginning changes. A date in the system prompt that ticks every second undoes that entirely.
            """),
        ("The first token",
            """
            The first token is the moment the wait becomes a conversation. People forgive slow writing more easily than silence: a reply that begins after half a second and takes ten to finish feels faster than one that appears complete after six.

            This is the figure to watch when the studio feels sluggish. It contains the connection, the queue, loading and reading, so a change in it tells you that one of those has changed. The bar below each message shows which.
            """),
        ("Thinking",
            """
            Some models think before they answer. They write a few hundred tokens, or a few thousand, that are not meant for you, and the answer starts only when they are done. These tokens cost as much time as any others.

            So there are two firsts: the first token of any kind, and the first token of the answer. When thinking is on they can lie half a minute apart. For a question such as "what is the capital of Norway", that half minute buys nothing; for a proof or a plan it may be the best half minute of the reply. It is worth switching per question.
            """),
        ("Writing",
            """
            Writing goes one token at a time, and each token needs a pass over the whole model. The speed is set by how fast memory can be read, not by how clever the processor is. A model half the size writes about twice as fast, and so does the same model stored with half the bits.

            Forty tokens a second is faster than most people read. Ten is slow but can be followed. Below five, it is better to do something else meanwhile, and a studio that keeps writing while you look at another page is worth more than a nicer progress bar.
            """),
        ("The context window",
            """
            A model sees a limited number of tokens at once, question and answer together. When a conversation outgrows the window, the oldest messages are dropped so that the newest fit. This happens in silence: no error, no warning, just a model that no longer knows what you told it at the start.

            A larger window costs memory whether you fill it or not, and changing its size loads the model again. It pays to choose it once per conversation. If a model seems to have forgotten something, compare the tokens that went in with the size of the window before you blame the model.
            """),
        ("Tools",
            """
            With tools, one question becomes several requests. The model asks for a tool, the tool runs, its result goes back, and the model reads everything again, now a little longer, before it writes. Each round trip repeats reading and the wait for the first token.

            In a trace this is easy to see: the same pair of steps again and again, with a tool between them. If an answer took twenty seconds and the model wrote for three, look at the tools first. One slow lookup explains more than any setting of the model.
            """),
        ("Reading a trace",
            """
            A trace is the same story drawn to scale. The longest bar is the whole turn. Below it lie the steps, each starting where it began and ending where it ended, so the gaps show as clearly as the work.

            Read it from the top, and at every level ask which child is longest. Two or three steps down you stand in front of the cause. Then look at its numbers, tokens in, tokens out, the model's own durations, and decide whether you are looking at a lot of work or at slow work. Those are different problems.
            """),
        ("One trace is an anecdote",
            """
            The first slow reply you look at is rarely typical. Perhaps the model was loading, perhaps a backup was running. Before you change a setting, look at ten replies, and compare like with like: the same model, prompts of a similar length, loaded already.

            Averages hide what annoys people. If nine replies take two seconds and one takes twenty, the average is just under four, and nobody ever waited four seconds. Say what half of the replies stay under, and what nineteen out of twenty stay under. The second number is the one you will be asked about.
            """),
        ("What to try, in order",
            """
            First see whether loading is in the picture; keep the model in memory if it is. Next compare the tokens that go in with what the question needs, and start a new chat more often. Then ask whether thinking is worth its time for this kind of question. Only then consider a smaller model, or one stored with fewer bits, and judge the answers as well as the speed.

            And measure before and after, with the same questions. A change that cannot be seen in the traces is a belief. Some beliefs are right, but it is pleasant to know which.
            """),
    ];
}
