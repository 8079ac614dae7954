using System.Text;

namespace DistilWhisperLab.Corpora;

/// <summary>The words that one hears in a text.</summary>
internal static class SpokenWords
{
    /// <summary>The words in lower case. Apostrophes belong to words; hyphens and all other marks part them.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            letters.Append(char.IsLetterOrDigit(c) || c == '\'' ? char.ToLowerInvariant(c) : ' ');
        }

        return letters.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
