using Markdig.Extensions.TaskLists;
using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace OllamaStudio.Shared.Markdown;

/// <summary>The box of a task: a picture with a name, since nobody can tick it.</summary>
internal sealed class TaskBoxRenderer : HtmlObjectRenderer<TaskList>
{
    protected override void Write(HtmlRenderer renderer, TaskList task) => renderer.Write(
        task.Checked ? "<span class=\"task-box done\" role=\"img\" aria-label=\"Done\"></span>" : "<span class=\"task-box\" role=\"img\" aria-label=\"To do\"></span>");
}
