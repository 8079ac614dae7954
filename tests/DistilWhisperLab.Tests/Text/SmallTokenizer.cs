using System.Text.Json;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

/// <summary>Tokenizers small enough to make in a test.</summary>
internal static class SmallTokenizer
{
    public const string Before = "<|startoftranscript|>";

    private static readonly string[] Sentences =
    [
        "the cat sat on the mat", "that is what the other cat saw", "on the table there is another hat",
        "she said that it's not there, and he said - well - it is!",
    ];

    /// <summary>280 pieces, a window of six seconds.</summary>
    public static WhisperTokenizer Trained { get; } = WhisperTokenizer.Train(Sentences, 280, 6);

    /// <summary>A trained vocabulary with the named languages between start and tasks, through files.</summary>
    public static WhisperTokenizer WithLanguages(TemporaryFolder folder, string noSpeech, params string[] codes)
    {
        Trained.Save(folder.Path);
        var names = new List<string> { Before };
        names.AddRange(codes.Select(code => $"<|{code}|>"));
        names.AddRange(["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", noSpeech, "<|notimestamps|>"]);
        var added = names.Select((name, i) => (name, Id: Trained.EndOfText + 1 + i)).ToDictionary(token => token.name, token => token.Id);
        folder.Write("added_tokens.json", JsonSerializer.Serialize(added));
        return WhisperTokenizer.Load(folder.Path);
    }
}
