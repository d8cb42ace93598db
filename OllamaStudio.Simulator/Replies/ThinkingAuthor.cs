using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Replies;

/// <summary>What a thinking model writes before its answer: about this question, and longer at higher levels.</summary>
internal static class ThinkingAuthor
{
    public static string Write(Conversation conversation) => string.Join("\n\n", Thoughts(conversation).Take(conversation.Think switch
    {
        ThinkLevel.None => 0,
        ThinkLevel.Low => 1,
        ThinkLevel.Medium => 3,
        ThinkLevel.High => 6,
        _ => int.MaxValue,
    }));

    private static IEnumerable<string> Thoughts(Conversation conversation) =>
    [
        $"The question is {Quote.Of(conversation.Question)}. I am a demo, so this is not thought but text, sent where a model's thinking would be sent.",
        conversation.EarlierQuestions.FirstOrDefault() is { } earlier
            ? $"Before that I was asked {Quote.Of(earlier)}, so this is question {conversation.Number}. The two may belong together."
            : "It is the first question, so nothing before it has to fit.",
        conversation.Tools.IsEmpty
            ? "No tools are available. I have to answer from what I have."
            : $"There are tools on offer: {string.Join(", ", conversation.Tools.Select(static tool => tool.Name))}. If one fits, calling it beats guessing.",
        "What would be useful here? Somebody who tries a thinking model wants to see the thoughts folded away when the answer begins, and how long they took.",
        "Wait: would a shorter answer do? The tokens spent here count like all others. They are in the number of tokens out, and in the time before the first word of the answer.",
        "All right. I say plainly what I am, give an answer that shows the parts of the studio, and keep to the point.",
        "Let me check that once more from the other side. If I were reading this with the live spans open, I would look for the moment when thinking ends. It should be visible as a difference between the first chunk and the first word of the answer.",
        "And is there anything I have missed? The language: the question decides. The length: as asked, or moderate. The form: Markdown. The facts: only about the studio, because I know nothing else.",
        "Good. That is settled, and this is as much thinking as the highest level gets.",
    ];
}
