namespace DistilWhisperLab.Text;

/// <summary>The languages that Whisper names, in the order of their tokens (<c>whisper/tokenizer.py</c>, <c>LANGUAGES</c>).</summary>
public static class WhisperLanguages
{
    private const string Table =
        "en english|zh chinese mandarin|de german|es spanish castilian|ru russian|ko korean|fr french|ja japanese|" +
        "pt portuguese|tr turkish|pl polish|ca catalan valencian|nl dutch flemish|ar arabic|sv swedish|it italian|" +
        "id indonesian|hi hindi|fi finnish|vi vietnamese|he hebrew|uk ukrainian|el greek|ms malay|cs czech|" +
        "ro romanian moldavian moldovan|da danish|hu hungarian|ta tamil|no norwegian|th thai|ur urdu|hr croatian|" +
        "bg bulgarian|lt lithuanian|la latin|mi maori|ml malayalam|cy welsh|sk slovak|te telugu|fa persian|" +
        "lv latvian|bn bengali|sr serbian|az azerbaijani|sl slovenian|kn kannada|et estonian|mk macedonian|" +
        "br breton|eu basque|is icelandic|hy armenian|ne nepali|mn mongolian|bs bosnian|kk kazakh|sq albanian|" +
        "sw swahili|gl galician|mr marathi|pa punjabi panjabi|si sinhala sinhalese|km khmer|sn shona|yo yoruba|" +
        "so somali|af afrikaans|oc occitan|ka georgian|be belarusian|tg tajik|sd sindhi|gu gujarati|am amharic|" +
        "yi yiddish|lo lao|uz uzbek|fo faroese|ht haitian_creole haitian|ps pashto pushto|tk turkmen|nn nynorsk|" +
        "mt maltese|sa sanskrit|lb luxembourgish letzeburgesch|my myanmar burmese|bo tibetan|tl tagalog|" +
        "mg malagasy|as assamese|tt tatar|haw hawaiian|ln lingala|ha hausa|ba bashkir|jw javanese|su sundanese|" +
        "yue cantonese";

    private static readonly string[][] Rows =
        [.. Table.Split('|').Select(row => row.Split(' ').Select(word => word.Replace('_', ' ')).ToArray())];

    private static readonly Dictionary<string, string> CodeOfWord =
        Rows.SelectMany(row => row.Select(word => (word, Code: row[0]))).ToDictionary(pair => pair.word, pair => pair.Code);

    private static readonly Dictionary<string, string> NameOfCode = Rows.ToDictionary(row => row[0], row => row[1]);

    /// <summary>All language codes in token order; <c>yue</c>, the last, came with large-v3.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Rows.Select(row => row[0])];

    /// <summary>The 99 languages of the checkpoints before large-v3.</summary>
    internal static IEnumerable<string> OfFirstModels => Codes.SkipLast(1);

    /// <summary>The code of a language given by code or by English name, in any case; null where it is unknown.</summary>
    public static string? Find(string codeOrName) =>
        CodeOfWord.GetValueOrDefault(codeOrName.Trim().ToLowerInvariant());

    /// <summary>The English name of a code, such as <c>german</c> for <c>de</c>; the code itself where it is unknown.</summary>
    public static string Name(string code) => NameOfCode.GetValueOrDefault(code, code);
}
