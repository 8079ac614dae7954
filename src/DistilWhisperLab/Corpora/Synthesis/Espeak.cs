using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>The formant synthesiser espeak-ng, called as a program.</summary>
internal static class Espeak
{
    /// <summary>The program.</summary>
    public const string Program = "espeak-ng";

    /// <summary>Beyond this its speech is not meant to be understood.</summary>
    public const double MaxWordsPerMinute = 450;

    /// <summary>Speaks a text in a voice as <c>espeak-ng -v</c> takes it.</summary>
    public static async Task<AudioClip> SpeakAsync(
        string text, string voice, double wordsPerMinute, double pitch, CancellationToken stop)
    {
        string[] arguments = ["-v", voice, "-s", $"{wordsPerMinute:0}", "-p", $"{pitch:0}", "--stdout", text];
        return SpokenWave.Decode(await ExternalTool.RunAsync(Program, arguments, default, stop))
            ?? throw new LabException($"{Program} said nothing for \"{text}\" in the voice {voice}; {Program} --voices lists its voices.");
    }
}
