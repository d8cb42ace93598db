using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Shared.Markdown;

/// <summary>Tables that scroll in a frame of their own. How a column is aligned is a class, not a style.</summary>
internal sealed class TableRenderer : HtmlObjectRenderer<Table>
{
    private const int LongestName = 80;

    /// <summary>Renders a table that stands by itself.</summary>
    public static MarkdownBlock Render(HtmlRenderer renderer, Table table)
    {
        var rows = table.OfType<TableRow>().ToLookup(row => row.IsHeader, row => Row(renderer, table, row));
        return new MarkdownBlock(MarkdownBlockKind.Table, [.. rows[false]]) { Name = NameOf(table), Head = $"<thead>{string.Concat(rows[true])}</thead>" };
    }

    protected override void Write(HtmlRenderer renderer, Table table) => renderer.Write(Render(renderer, table).ToString());

    private static string Row(HtmlRenderer renderer, Table table, TableRow row) => BlockRenderer.Capture(renderer, isInline: true, () =>
    {
        renderer.Write("<tr>");
        for (var column = 0; column < row.Count; column++)
        {
            var cell = (TableCell)row[column];

            // An empty head cell is the head of nothing.
            var tag = row.IsHeader && cell is [LeafBlock { Inline.FirstChild: not null }, ..] ? "th" : "td";
            var align = column < table.ColumnDefinitions.Count ? table.ColumnDefinitions[column].Alignment : null;
            renderer.Write(align switch { TableColumnAlign.Right => $"<{tag} class=\"end\">", TableColumnAlign.Center => $"<{tag} class=\"center\">", _ => $"<{tag}>" });
            renderer.WriteChildren(cell);
            renderer.Write($"</{tag}>");
        }

        renderer.Write("</tr>");
    });

    private static string NameOf(Table table)
    {
        var heads = table.OfType<TableRow>().Where(row => row.IsHeader).SelectMany(row => row.OfType<TableCell>()).Select(TextOf).Where(text => text.Length > 0);
        var name = string.Join(", ", heads);
        return name.Length > 0 ? TextCut.Shorten($"Table: {name}", LongestName) : "Table";
    }

    private static string TextOf(TableCell cell) => string.Concat(cell.Descendants<LeafInline>().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        _ => "",
    })).Trim();
}
