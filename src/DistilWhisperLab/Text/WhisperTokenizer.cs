using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DistilWhisperLab.Text;

/// <summary>What the decoder is asked to write: the words in their own language, or in English.</summary>
public enum SpeechTask
{
    /// <summary>Write down what is said.</summary>
    Transcribe,

    /// <summary>Write it in English.</summary>
    Translate,
}

/// <summary>
/// Whisper's tokenizer: byte-level byte-pair encoding, then special tokens, then one timestamp for every 0.02 s of the
/// window. Special tokens are found by name, text and timestamps told apart by id (text below
/// <see cref="EndOfText"/>, timestamps from <see cref="TimestampBegin"/> on), so every vocabulary is read alike:
/// 51,864 (English-only), 51,865, 51,866 (large-v3) and those that the lab trains. Safe to use from several threads.
/// </summary>
public sealed partial class WhisperTokenizer
{
    // The English-only checkpoints carry the names of languages too, though they were trained on none of them.
    private const int EnglishOnlyVocabulary = 51864;

    private readonly TokenizerVocabulary _vocabulary;
    private readonly BytePairEncoder _encoder;
    private readonly byte[]?[] _bytes;
    private readonly Dictionary<int, string> _added;

    private WhisperTokenizer(TokenizerVocabulary vocabulary, string source)
    {
        _vocabulary = vocabulary;
        EndOfText = Required(SpecialTokens.EndOfText);
        StartOfTranscript = Required(SpecialTokens.StartOfTranscript);
        Translate = Required(SpecialTokens.Translate);
        Transcribe = Required(SpecialTokens.Transcribe);
        StartOfLm = Required(SpecialTokens.StartOfLm);
        StartOfPrev = Required(SpecialTokens.StartOfPrev);
        NoSpeech = Required(SpecialTokens.NoSpeech, SpecialTokens.NoSpeechOfOldFiles);
        NoTimestamps = Required(SpecialTokens.NoTimestamps);
        TimestampBegin = Required(SpecialTokens.TimestampName(0));
        LastTimestamp = TimestampBegin;
        while (vocabulary.Added.TryGetValue(SpecialTokens.TimestampName(LastTimestamp - TimestampBegin + 1), out var id))
        {
            LastTimestamp = id == LastTimestamp + 1
                ? id
                : throw new TokenizerException($"The timestamps of {source} are not numbered in order: id {LastTimestamp + 1} was expected, {id} found.");
        }

        foreach (var id in new[] { StartOfTranscript, Translate, Transcribe, StartOfLm, StartOfPrev, NoSpeech, NoTimestamps })
        {
            if (id <= EndOfText || id >= TimestampBegin)
            {
                throw new TokenizerException($"The special token {id} of {source} does not lie between <|endoftext|> ({EndOfText}) and <|0.00|> ({TimestampBegin}).");
            }
        }

        VocabularySize = vocabulary.Pieces.Values.Concat(vocabulary.Added.Values).Max() + 1;
        Languages = vocabulary.Added
            .Where(token => token.Value > StartOfTranscript && token.Value < Math.Min(Translate, Transcribe))
            .OrderBy(token => token.Value)
            .ToDictionary(token => token.Key.TrimStart('<', '|').TrimEnd('|', '>'), token => token.Value);
        IsMultilingual = Languages.Count > 0 && VocabularySize != EnglishOnlyVocabulary;
        _added = Invert(vocabulary.Added, source);
        _bytes = BytesOfIds(source);
        _encoder = Encoder(source);
        SuppressedTokens = vocabulary.Suppressed is { } listed ? Checked(listed, source) : SuppressNonSpeech();

        int Required(params string[] names) =>
            names.Where(vocabulary.Added.ContainsKey).Select(name => vocabulary.Added[name]).Cast<int?>().FirstOrDefault()
            ?? throw new TokenizerException($"{source} is no tokenizer of Whisper: its vocabulary lacks {names[0]}.");
    }

    /// <summary>The token that ends a transcript, the first after the text pieces.</summary>
    public int EndOfText { get; }

    /// <summary>The decoder's first input.</summary>
    public int StartOfTranscript { get; }

    /// <summary>Asks for English whatever the language.</summary>
    public int Translate { get; }

    /// <summary>Asks for the words as they are said.</summary>
    public int Transcribe { get; }

    /// <summary>Reserved in the published vocabularies, never used.</summary>
    public int StartOfLm { get; }

    /// <summary>Begins the text that came before (the prompt).</summary>
    public int StartOfPrev { get; }

    /// <summary>Its probability after <see cref="StartOfTranscript"/> says that nobody speaks; <c>&lt;|nocaptions|&gt;</c> in old files.</summary>
    public int NoSpeech { get; }

    /// <summary>Asks for text without timestamps.</summary>
    public int NoTimestamps { get; }

    /// <summary>The token <c>&lt;|0.00|&gt;</c>; timestamps follow one another in steps of 0.02 s.</summary>
    public int TimestampBegin { get; }

    /// <summary>The timestamp of the window's end.</summary>
    public int LastTimestamp { get; }

    /// <summary>Number of ids, special tokens and timestamps included: the rows of the decoder's embedding.</summary>
    public int VocabularySize { get; }

    /// <summary>Whether the prompt names a language and a task.</summary>
    public bool IsMultilingual { get; }

    /// <summary>Language code to token, in token order; the English-only checkpoints list theirs without using them.</summary>
    public IReadOnlyDictionary<string, int> Languages { get; }

    /// <summary>
    /// Reads a directory in the Hugging Face layout: vocab.json with merges.txt and added_tokens.json, or
    /// tokenizer.json. Timestamps that the files do not name follow the last special token.
    /// </summary>
    /// <exception cref="TokenizerException">A file is missing, damaged, or not of a Whisper tokenizer.</exception>
    public static WhisperTokenizer Load(string directory)
    {
        var read = TokenizerFiles.Read(directory);
        return new WhisperTokenizer(read with { Added = SpecialTokens.Complete(read.Added) }, directory);
    }

    /// <summary>
    /// Learns a vocabulary from text: the 256 bytes, then merges up to <paramref name="pieces"/>, then the special
    /// tokens in the order of the English-only checkpoints without languages, and the timestamps up to
    /// <paramref name="windowSeconds"/>. The same texts give the same tokenizer.
    /// </summary>
    /// <exception cref="TokenizerException">The texts hold too few different pairs for so many pieces.</exception>
    public static WhisperTokenizer Train(IEnumerable<string> texts, int pieces, double windowSeconds)
    {
        var names = ByteAlphabet.Order.Select(b => ByteAlphabet.Spell(b).ToString()).ToList();
        var merges = new List<(string, string)>();
        foreach (var (left, right) in BytePairTrainer.Train(texts, pieces))
        {
            merges.Add((names[left], names[right]));
            names.Add(names[left] + names[right]);
        }

        var ids = names.Select((name, id) => (name, id)).ToDictionary(piece => piece.name, piece => piece.id);
        // With so few pieces every one may be needed to spell a rare word, so none is suppressed.
        var vocabulary = new TokenizerVocabulary(ids, merges, SpecialTokens.ForWindow(pieces, windowSeconds), Suppressed: []);
        return new WhisperTokenizer(vocabulary, "The trained vocabulary");
    }

    /// <summary>
    /// Writes vocab.json, merges.txt, added_tokens.json, special_tokens_map.json and tokenizer_config.json, which
    /// Transformers' WhisperTokenizer reads.
    /// </summary>
    public void Save(string directory) => TokenizerFiles.Write(directory, _vocabulary);

    /// <summary>The pieces of a plain text. What is spelled like a special token is text all the same.</summary>
    public IReadOnlyList<int> Encode(string text)
    {
        var ids = new List<int>(text.Length / 3 + 1);
        foreach (var (start, length) in Gpt2Splitter.Split(text))
        {
            _encoder.Encode(text.AsSpan(start, length), ids);
        }

        return ids;
    }

    /// <summary>
    /// The text of a transcript, without special tokens, timestamps, and the prompt before
    /// <see cref="StartOfTranscript"/>. Bytes that are no UTF-8 become U+FFFD; characters may span timestamps.
    /// </summary>
    public string Decode(IEnumerable<int> ids) => Render(ids, timestamps: false);

    /// <summary>The text with its timestamps spelled out, as in <c>&lt;|0.00|&gt; Hello.&lt;|1.20|&gt;</c>, otherwise like <see cref="Decode"/>.</summary>
    public string DecodeWithTimestamps(IEnumerable<int> ids) => Render(ids, timestamps: true);

    /// <summary>Whether an id is a timestamp.</summary>
    public bool IsTimestamp(int id) => id >= TimestampBegin && id <= LastTimestamp;

    /// <summary>Whether an id is a control token: neither text nor timestamp.</summary>
    public bool IsSpecial(int id) => id >= EndOfText && id < TimestampBegin;

    /// <summary>The token of a time, rounded to 0.02 s.</summary>
    /// <exception cref="TokenizerException">The time lies outside the window.</exception>
    public int Timestamp(double seconds)
    {
        var steps = Math.Round(seconds / SpecialTokens.TimestampStep);
        return steps >= 0 && steps <= LastTimestamp - TimestampBegin
            ? TimestampBegin + (int)steps
            : throw new TokenizerException(string.Create(
                CultureInfo.InvariantCulture,
                $"There is no timestamp for {seconds} s; the window has 0 to {Seconds(LastTimestamp):0.00} s."));
    }

    /// <summary>The time of a timestamp token, in seconds.</summary>
    /// <exception cref="TokenizerException">The id is no timestamp.</exception>
    public double Seconds(int id) => IsTimestamp(id)
        ? Math.Round((id - TimestampBegin) * SpecialTokens.TimestampStep, 2)
        : throw new TokenizerException($"Token {id} is no timestamp; those are {TimestampBegin} to {LastTimestamp}.");

    /// <summary>
    /// What the decoder reads first: start, language and task (multilingual models only), and
    /// <see cref="NoTimestamps"/> unless <paramref name="timestamps"/> are wanted (paper §2, <c>sot_sequence</c>).
    /// </summary>
    /// <param name="language">A code or English name; required by multilingual models, English if anything otherwise.</param>
    /// <param name="task">Transcribe, or translate into English (multilingual models only).</param>
    /// <param name="timestamps">Whether timestamps are to be predicted.</param>
    /// <exception cref="TokenizerException">The language or the task is one that the model does not know.</exception>
    public IReadOnlyList<int> StartSequence(string? language, SpeechTask task, bool timestamps)
    {
        var ids = new List<int> { StartOfTranscript };
        if (IsMultilingual)
        {
            ids.Add(LanguageToken(language ?? throw new TokenizerException("A multilingual model has to be told the language, or to detect it first.")));
            ids.Add(task == SpeechTask.Translate ? Translate : Transcribe);
        }
        else if (language is not null && WhisperLanguages.Find(language) != "en")
        {
            throw new TokenizerException($"The model is English-only and cannot be asked for the language \"{language}\".");
        }
        else if (task == SpeechTask.Translate)
        {
            throw new TokenizerException("The model is English-only and cannot translate; use a multilingual one.");
        }

        if (!timestamps)
        {
            ids.Add(NoTimestamps);
        }

        return ids;
    }

    /// <summary>The token of a language given by code or English name.</summary>
    /// <exception cref="TokenizerException">The vocabulary has no such language.</exception>
    public int LanguageToken(string language) =>
        Languages.TryGetValue(language, out var id) || Languages.TryGetValue(WhisperLanguages.Find(language) ?? "", out id)
            ? id
            : throw new TokenizerException($"The model has no language \"{language}\"; it knows {Languages.Count}: {string.Join(", ", Languages.Keys)}.");

    // Bytes are gathered until a timestamp is spelled out, since a character may be spread over several pieces.
    private string Render(IEnumerable<int> ids, bool timestamps)
    {
        var text = new StringBuilder();
        var pending = new List<byte>();
        foreach (var id in WithoutPrompt(ids))
        {
            if (IsTimestamp(id) && timestamps)
            {
                Flush();
                text.Append(_added[id]);
            }
            else if (!IsTimestamp(id) && !IsSpecial(id))
            {
                pending.AddRange(BytesOf(id));
            }
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            text.Append(Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(pending)));
            pending.Clear();
        }
    }

    private byte[] BytesOf(int id) => id >= 0 && id < _bytes.Length ? _bytes[id] ?? [] : [];

    private IEnumerable<int> WithoutPrompt(IEnumerable<int> ids)
    {
        var list = ids as IReadOnlyList<int> ?? [.. ids];
        return list.Count > 0 && list[0] == StartOfPrev ? list.SkipWhile(id => id != StartOfTranscript) : list;
    }
}
