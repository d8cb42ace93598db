using System.Text;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;
using SQLitePCL;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>Tells of texts in a row, as SQLite has them, that they do not have what is looked for. Whatever it lets through is looked at closely. Not safe to use from several threads.</summary>
/// <param name="query">What is looked for.</param>
internal sealed class TextSieve(ConversationQuery query)
{
    private const int Texts = 3;

    private char[] _text = new char[1_024];

    /// <summary>Whether the texts of a row may have every term, each in one of them.</summary>
    /// <param name="row">A statement that has a row.</param>
    /// <param name="first">The column of the first of three texts.</param>
    public bool MayHave(sqlite3_stmt row, int first)
    {
        var missing = query.Terms;
        for (var column = first; column < first + Texts && !missing.IsEmpty; column++)
        {
            var bytes = raw.sqlite3_column_blob(row, column);
            if (bytes.IsEmpty)
            {
                continue;
            }

            if (_text.Length < bytes.Length)
            {
                _text = new char[bytes.Length * 2];
            }

            var text = _text.AsSpan(0, Encoding.UTF8.GetChars(bytes, _text));
            if (text.Contains(StoredText.Mark))
            {
                return true; // it stands for a character that is not there, as StoredText says
            }

            var length = FoldedText.Fold(text);
            for (var index = missing.Length - 1; index >= 0; index--)
            {
                if (missing[index].MayBeIn(text[..length], query.IsSubstrings))
                {
                    missing = missing.RemoveAt(index);
                }
            }
        }

        return missing.IsEmpty;
    }
}
