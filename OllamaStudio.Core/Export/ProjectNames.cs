using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>In which project of Phoenix a span goes, by the rule of its destination.</summary>
internal static class ProjectNames
{
    // Of an id that begins with the milliseconds of its time: no two conversations of a person share it.
    private const int IdLength = 12;

    /// <summary>The project of a span that ended.</summary>
    /// <remarks>
    /// Phoenix leaves a trace where its first span was, and an inner span ends before its root does. So the root says, which is there as long as
    /// its spans are, and its model was known when it began.
    /// </remarks>
    public static string Of(Activity span, ExportPlan plan) => plan.ProjectRule switch
    {
        ProjectRule.Model => Join(plan.Project, RootOf(span).GetTagItem(TelemetryNames.Llm.Model) as string),
        ProjectRule.Conversation when RootOf(span).GetTagItem(TelemetryNames.Turn.SessionId) is string { Length: > 0 } id => Join(plan.Project, id[..Math.Min(id.Length, IdLength)]),
        _ => plan.Project,
    };

    private static Activity RootOf(Activity span)
    {
        while (span.Parent is { } parent)
        {
            span = parent;
        }

        return span;
    }

    // It travels in a header and is read back in a path: letters that neither may have are left out of it, a slash among them (hf.co/…).
    private static string Join(string project, string? with) =>
        string.IsNullOrWhiteSpace(with) || !ExportHttp.IsPrintableAscii(project) ? project
        : $"{project}-{string.Concat(with.Select(static letter => letter is > ' ' and <= '~' and not ('/' or '\\' or '?' or '#' or '%') ? letter : '_'))}";
}
