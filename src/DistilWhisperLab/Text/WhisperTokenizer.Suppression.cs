namespace DistilWhisperLab.Text;

/// <content>The tokens that are never sampled.</content>
public sealed partial class WhisperTokenizer
{
    private const string Symbols = "\"#()*+/:;<=>@[\\]^_`{|}~「」『』";
    private const string SymbolGroups = "<< >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪";
    private const string MusicalSymbols = "♩♪♫♬♭♮♯";

    /// <summary>
    /// What the checkpoint's generation_config.json forbids to write, or <see cref="SuppressNonSpeech"/> where it says
    /// nothing; nothing for a vocabulary trained in the lab.
    /// </summary>
    public IReadOnlyList<int> SuppressedTokens { get; }

    /// <summary>The control tokens that are no output, whatever else is suppressed.</summary>
    internal IReadOnlyList<int> ControlTokens =>
        [StartOfTranscript, Translate, Transcribe, StartOfLm, StartOfPrev, NoSpeech];

    /// <summary>
    /// The list that <c>suppress_tokens = "-1"</c> stands for: annotations such as brackets and notes, hyphen and
    /// apostrophe only where they begin a word, and the control tokens that are no output
    /// (<c>non_speech_tokens</c> and <c>_get_suppress_tokens</c> of openai-whisper). Ascending ids.
    /// </summary>
    public IReadOnlyList<int> SuppressNonSpeech()
    {
        var suppressed = new SortedSet<int>(ControlTokens);
        AddFirst(Encode(" -"));
        AddFirst(Encode(" '"));
        foreach (var symbol in Symbols.Select(c => c.ToString()).Concat(SymbolGroups.Split(' ')))
        {
            AddSingle(Encode(symbol));
            AddSingle(Encode(" " + symbol));
        }

        foreach (var symbol in MusicalSymbols)
        {
            AddFirst(Encode(symbol.ToString()));
            AddFirst(Encode(" " + symbol));
        }

        return [.. suppressed];

        void AddSingle(IReadOnlyList<int> ids)
        {
            if (ids.Count == 1)
            {
                suppressed.Add(ids[0]);
            }
        }

        // A small vocabulary spells " -" as space and hyphen; without the bare space it could write no rare word.
        void AddFirst(IReadOnlyList<int> ids)
        {
            if (ids.Count == 1 || _bytes[ids[0]] is not [(byte)' '])
            {
                suppressed.Add(ids[0]);
            }
        }
    }
    private IReadOnlyList<int> Checked(IReadOnlyList<int> suppressed, string source) =>
        suppressed.All(id => id < VocabularySize)
            ? suppressed
            : throw new TokenizerException($"generation_config.json of {source} suppresses the token {suppressed.Max()}, but the vocabulary has {VocabularySize} tokens.");
}
