using System.Globalization;

namespace DistilWhisperLab.Text;

/// <summary>Names and order of Whisper's special tokens (<c>whisper/tokenizer.py</c>, <c>get_encoding</c>).</summary>
internal static class SpecialTokens
{
    public const string EndOfText = "<|endoftext|>";
    public const string StartOfTranscript = "<|startoftranscript|>";
    public const string Translate = "<|translate|>";
    public const string Transcribe = "<|transcribe|>";
    public const string StartOfLm = "<|startoflm|>";
    public const string StartOfPrev = "<|startofprev|>";
    public const string NoSpeech = "<|nospeech|>";
    public const string NoSpeechOfOldFiles = "<|nocaptions|>";
    public const string NoTimestamps = "<|notimestamps|>";

    /// <summary>Seconds between two timestamps: two mel frames of the encoder's stride, 0.02 s.</summary>
    public const double TimestampStep = 0.02;

    // The window of every published checkpoint, and the sizes of the two published sets of pieces.
    private const double PublishedWindowSeconds = 30;
    private const int EndOfGpt2Pieces = 50256;
    private const int EndOfMultilingualPieces = 50257;

    private static readonly string[] AfterLanguages = [Translate, Transcribe, StartOfLm, StartOfPrev, NoSpeech, NoTimestamps];

    /// <summary>The spelling of the timestamp <paramref name="index"/> steps into the window.</summary>
    public static string TimestampName(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"<|{index / 50}.{index % 50 * 2:00}|>");

    /// <summary>Whether a name is spelled like a timestamp (for the list of control tokens in files that we write).</summary>
    public static bool IsTimestampName(string name) => name.Length > 5 && char.IsAsciiDigit(name[2]) && name.Contains('.');

    /// <summary>The tokens that follow <paramref name="pieces"/> pieces: English-only order, without languages.</summary>
    public static Dictionary<string, int> ForWindow(int pieces, double windowSeconds)
    {
        if (!(windowSeconds >= TimestampStep && windowSeconds <= 3600))
        {
            throw new TokenizerException($"A window of {windowSeconds} s has no timestamps; 0.02 s to an hour was expected.");
        }

        var added = new Dictionary<string, int> { [EndOfText] = pieces, [StartOfTranscript] = pieces + 1 };
        Append(added, pieces + 2, AfterLanguages, windowSeconds);
        return added;
    }

    /// <summary>
    /// Adds what published files leave to the program: OpenAI's own vocabularies name no special token but the first,
    /// most Hugging Face ones no timestamps.
    /// </summary>
    public static Dictionary<string, int> Complete(IReadOnlyDictionary<string, int> named)
    {
        var added = new Dictionary<string, int>(named);
        if (added.Count == 1 && added.TryGetValue(EndOfText, out var end) && end is EndOfGpt2Pieces or EndOfMultilingualPieces)
        {
            added[StartOfTranscript] = end + 1;
            var languages = WhisperLanguages.OfFirstModels.Select(code => $"<|{code}|>");
            Append(added, end + 2, languages.Concat(AfterLanguages), PublishedWindowSeconds);
        }
        else if (added.TryGetValue(NoTimestamps, out var last) && !added.ContainsKey(TimestampName(0)))
        {
            Append(added, last + 1, [], PublishedWindowSeconds);
        }

        return added;
    }

    private static void Append(Dictionary<string, int> added, int next, IEnumerable<string> names, double windowSeconds)
    {
        var timestamps = Enumerable.Range(0, (int)Math.Round(windowSeconds / TimestampStep) + 1).Select(TimestampName);
        foreach (var name in names.Concat(timestamps))
        {
            added[name] = next++;
        }
    }
}
