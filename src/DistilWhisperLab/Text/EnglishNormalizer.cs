using System.Text.Json;
using System.Text.RegularExpressions;

namespace DistilWhisperLab.Text;

/// <summary>
/// Whisper's English normaliser (<c>EnglishTextNormalizer</c>, paper §4.3): what a transcriber may write either way is
/// written one way, so that word errors count misheard words alone. The order of the passes is part of the result:
/// fillers go before numbers and letters are parted, so the "mm" of "20mm" stays. Its quirks are kept, since numbers
/// are compared with other people's: a possessive becomes "is", and a space may stay at the front.
/// </summary>
public sealed partial class EnglishNormalizer
{
    private const string W0 = UnicodeText.WordStart;
    private const string W1 = UnicodeText.WordEnd;

    private static readonly Dictionary<string, string> WholeWords = new()
    {
        ["won't"] = "will not",
        ["can't"] = "can not",
        ["let's"] = "let us",
        ["ain't"] = "aint",
        ["y'all"] = "you all",
        ["wanna"] = "want to",
        ["gotta"] = "got to",
        ["gonna"] = "going to",
        ["i'ma"] = "i am going to",
        ["imma"] = "i am going to",
        ["woulda"] = "would have",
        ["coulda"] = "could have",
        ["shoulda"] = "should have",
        ["ma'am"] = "madam",
        ["mr"] = "mister ",
        ["mrs"] = "missus ",
        ["st"] = "saint ",
        ["dr"] = "doctor ",
        ["prof"] = "professor ",
        ["capt"] = "captain ",
        ["gov"] = "governor ",
        ["ald"] = "alderman ",
        ["gen"] = "general ",
        ["sen"] = "senator ",
        ["rep"] = "representative ",
        ["pres"] = "president ",
        ["rev"] = "reverend ",
        ["hon"] = "honorable ",
        ["asst"] = "assistant ",
        ["assoc"] = "associate ",
        ["lt"] = "lieutenant ",
        ["col"] = "colonel ",
        ["jr"] = "junior ",
        ["sr"] = "senior ",
        ["esq"] = "esquire ",
    };

    private static readonly Dictionary<string, string> Endings = new()
    {
        ["'d been"] = " had been",
        ["'s been"] = " has been",
        ["'d gone"] = " had gone",
        ["'s gone"] = " has gone",
        ["'d done"] = " had done",
        ["'s got"] = " has got",
        ["n't"] = " not",
        ["'re"] = " are",
        ["'s"] = " is",
        ["'d"] = " would",
        ["'ll"] = " will",
        ["'t"] = " not",
        ["'ve"] = " have",
        ["'m"] = " am",
    };

    private static readonly Regex WholeWord = new($"{W0}(?:{string.Join('|', WholeWords.Keys)}){W1}");
    private static readonly Regex Ending = new($"(?:{string.Join('|', Endings.Keys)}){W1}");

    private readonly IReadOnlyDictionary<string, string> _spellings;

    /// <param name="spellings">
    /// British spellings and their American ones; by default the common ones that the lab knows. The checkpoints bring
    /// a longer list: <see cref="Load"/>.
    /// </param>
    public EnglishNormalizer(IReadOnlyDictionary<string, string>? spellings = null) =>
        _spellings = spellings ?? BritishSpellings.Common;

    /// <summary>A normaliser with the spellings of a checkpoint's <c>normalizer.json</c>.</summary>
    /// <exception cref="LabException">The file is missing or is no JSON object of words.</exception>
    public static EnglishNormalizer Load(string path)
    {
        try
        {
            var spellings = JsonSerializer.Deserialize<Dictionary<string, string?>>(File.ReadAllBytes(path)) ?? [];
            spellings.Remove("mm"); // Older files make it "hmm", and so 10 millimetres a hesitation.
            return new EnglishNormalizer(spellings.ToDictionary(
                pair => pair.Key, pair => pair.Value ?? throw new JsonException($"{pair.Key} has no spelling.")));
        }
        catch (JsonException e)
        {
            throw new LabException($"{path} is no list of spellings: a JSON object that maps words to words was expected.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"The spellings {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The text in the form in which words are compared.</summary>
    public string Normalize(string text)
    {
        text = BasicNormalizer.RemoveBracketed(UnicodeText.ToLower(text));
        text = Filler().Replace(text, "");
        text = SpaceBeforeApostrophe().Replace(text, "'");
        text = WholeWord.Replace(text, match => WholeWords[match.Value]);
        text = Ending.Replace(text, match => Endings[match.Value]);
        text = CommaInNumber().Replace(text, "$1$2");
        text = PeriodNotInNumber().Replace(text, " $1");
        text = UnicodeText.RemoveSymbolsAndDiacritics(text, keep: ".%$¢€£");
        text = SpokenNumbers.Rewrite(text);
        text = string.Join(' ', Words(text).Select(word => _spellings.GetValueOrDefault(word, word)));
        text = SymbolWithoutNumber().Replace(text, " $1");
        text = PercentWithoutNumber().Replace(text, "$1 ");
        return BasicNormalizer.WhiteSpace().Replace(text, " ");
    }

    internal static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(W0 + "(?:hmm|mm|mhm|mmm|uh|um)" + W1)]
    private static partial Regex Filler();

    [GeneratedRegex(@"\s+'")]
    private static partial Regex SpaceBeforeApostrophe();

    [GeneratedRegex(@"(\d),(\d)")]
    private static partial Regex CommaInNumber();

    [GeneratedRegex(@"\.([^0-9]|$)")]
    private static partial Regex PeriodNotInNumber();

    [GeneratedRegex("[.$¢€£]([^0-9])")]
    private static partial Regex SymbolWithoutNumber();

    [GeneratedRegex("([^0-9])%")]
    private static partial Regex PercentWithoutNumber();
}
