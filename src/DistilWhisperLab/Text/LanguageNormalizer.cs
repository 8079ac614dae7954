namespace DistilWhisperLab.Text;

/// <summary>Whisper's text normalisers by language: English has one of its own, all others share the basic one (paper §5).</summary>
internal sealed class LanguageNormalizer
{
    private readonly EnglishNormalizer _english = new();
    private readonly BasicNormalizer _basic = new();

    /// <summary>A text by the normaliser of its language.</summary>
    /// <param name="text">As written.</param>
    /// <param name="language">The language's code.</param>
    public string Normalize(string text, string language) =>
        language == "en" ? _english.Normalize(text) : _basic.Normalize(text);
}
