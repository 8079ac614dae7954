using System.Globalization;
using System.Text;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>The synthesiser Festival, called as a program. It starts slowly (0.5 to 1 s an utterance) and keeps its own pitch.</summary>
internal static class Festival
{
    /// <summary>The program; the Debian package is called festival.</summary>
    public const string Program = "text2wave";

    private const double OwnWordsPerMinute = 165;

    /// <summary>Speaks a text in a voice that <c>festival</c> lists with <c>(voice.list)</c>.</summary>
    public static async Task<AudioClip> SpeakAsync(
        string text, string voice, double wordsPerMinute, double pitch, CancellationToken stop)
    {
        string[] arguments =
        [
            "-eval", $"(voice_{voice})",
            "-eval", string.Create(CultureInfo.InvariantCulture, $"(Parameter.set 'Duration_Stretch {OwnWordsPerMinute / wordsPerMinute:0.000})"),
            "-o", "/dev/stdout",
        ];
        return SpokenWave.Decode(await ExternalTool.RunAsync(Program, arguments, Encoding.UTF8.GetBytes(text), stop))
            ?? throw new LabException($"{Program} said nothing for \"{text}\" in the voice {voice}; the voice must be installed (on Debian a package festvox-…).");
    }
}
