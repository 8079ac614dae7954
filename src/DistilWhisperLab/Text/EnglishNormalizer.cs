using System.Text.RegularExpressions;

namespace DistilWhisperLab.Text;

/// <summary>Whisper's English text normaliser.</summary>
public sealed partial class EnglishNormalizer
{
    private readonly IReadOnlyDictionary<string, string> _spellings;

    /// <summary>Takes British spellings to their American ones.</summary>
    public EnglishNormalizer(IReadOnlyDictionary<string, string>? spellings = null) =>
        _spellings = spellings ?? new Dictionary<string, string>();

    /// <summary>The text in the form in which words are compared.</summary>
    public string Normalize(string text)
    {
        var words = NotWord().Replace(text.ToLowerInvariant(), " ").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.Select(word => _spellings.GetValueOrDefault(word, word)));
    }

    [GeneratedRegex(@"[^\w\s]|\s+")]
    private static partial Regex NotWord();
}
