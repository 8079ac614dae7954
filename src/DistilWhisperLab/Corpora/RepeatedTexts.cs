namespace DistilWhisperLab.Corpora;

/// <summary>Keeps one object of equal texts: a reader meets the same voices and domains in each of millions of rows.</summary>
internal sealed class RepeatedTexts
{
    private readonly HashSet<string> _texts = [];

    /// <summary>The text, as the object in which it came first.</summary>
    public string Of(string text)
    {
        if (!_texts.TryGetValue(text, out var known))
        {
            _texts.Add(known = text);
        }

        return known;
    }
}
