using DistilWhisperLab.Text;

namespace DistilWhisperLab.Decoding;

/// <summary>A word in the making: where it lies in the window, before the rules for punctuation and pauses.</summary>
/// <param name="text">The word with the blank before it.</param>
/// <param name="tokens">How many tokens spell it.</param>
/// <param name="start">Its start in seconds from the window's.</param>
/// <param name="end">Its end in seconds from the window's start.</param>
/// <param name="probability">The mean probability of its tokens.</param>
internal sealed class WordTiming(string text, int tokens, double start, double end, double probability)
{
    private const string Prepended = "\"'“¿([{-";
    private const string Appended = "\"'.。,，!！?？:：”)]}、";

    /// <summary>The word; empty once it has been joined to another.</summary>
    public string Text { get; private set; } = text;

    public int Tokens { get; private set; } = tokens;

    public double Start { get; set; } = start;

    public double End { get; set; } = end;

    public double Probability => probability;

    public double Duration => End - Start;

    /// <summary>The words that tokens spell, from the first token's start to the last one's end.</summary>
    public static IReadOnlyList<WordTiming> OfTokens(
        IReadOnlyList<SpokenToken> tokens, WhisperTokenizer tokenizer, string language)
    {
        var words = new List<WordTiming>();
        var at = 0;
        foreach (var word in tokenizer.SplitToWordTokens([.. tokens.Select(t => t.Id)], language))
        {
            var spelled = tokens.Skip(at).Take(word.Tokens.Count).ToList();
            words.Add(new WordTiming(
                word.Text, spelled.Count, spelled[0].Start, spelled[^1].End, spelled.Average(t => t.Probability)));
            at += spelled.Count;
        }

        return words;
    }

    /// <summary>
    /// Joins opening marks to the word behind them and closing marks to the word before them; the words keep their
    /// times, what was joined stays in the list without text (<c>merge_punctuations</c>).
    /// </summary>
    public static void MergePunctuation(IReadOnlyList<WordTiming> words)
    {
        for (var (i, following) = (words.Count - 2, words.Count - 1); i >= 0; i--)
        {
            if (words[i].Text.StartsWith(' ') && Prepended.Contains(words[i].Text.Trim(), StringComparison.Ordinal))
            {
                words[following].Text = words[i].Text + words[following].Text;
                words[following].Take(words[i]);
            }
            else
            {
                following = i;
            }
        }

        for (var (previous, i) = (0, 1); i < words.Count; i++)
        {
            if (!words[previous].Text.EndsWith(' ') && Appended.Contains(words[i].Text, StringComparison.Ordinal))
            {
                words[previous].Text += words[i].Text;
                words[previous].Take(words[i]);
            }
            else
            {
                previous = i;
            }
        }
    }

    private void Take(WordTiming other)
    {
        Tokens += other.Tokens;
        (other.Text, other.Tokens) = ("", 0);
    }
}
