using System.Text;
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

    /// <summary>Refuses variants, the part of a voice after its plus sign, that espeak-ng would silently leave out.</summary>
    /// <exception cref="LabException">The program is missing, or there is no such variant.</exception>
    public static async Task RequireVariantsAsync(IEnumerable<string> voices, CancellationToken stop)
    {
        var asked = voices.Where(voice => voice.Contains('+', StringComparison.Ordinal)).ToList();
        if (asked.Count == 0)
        {
            return;
        }

        var list = Encoding.UTF8.GetString(await ExternalTool.RunAsync(Program, ["--voices=variant"], default, stop));
        const string Prefix = "!v/";
        var known = list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(word => word[Prefix.Length..])
            .ToHashSet();
        if (asked.FirstOrDefault(voice => !known.Contains(voice[(voice.IndexOf('+', StringComparison.Ordinal) + 1)..])) is { } unknown)
        {
            throw new LabException($"{Program} has no variant for the voice {unknown}; {Program} --voices=variant lists those there are, in its column File after {Prefix}.");
        }
    }

    /// <summary>Speaks a text in a voice as <c>espeak-ng -v</c> takes it.</summary>
    public static async Task<AudioClip> SpeakAsync(
        string text, string voice, double wordsPerMinute, double pitch, CancellationToken stop)
    {
        string[] arguments = ["-v", voice, "-s", $"{wordsPerMinute:0}", "-p", $"{pitch:0}", "--stdout", "--", text];
        byte[] wave;
        try
        {
            wave = await ExternalTool.RunAsync(Program, arguments, default, stop);
        }
        catch (LabException e) when (e.Message.Contains("voice does not exist", StringComparison.Ordinal))
        {
            throw new LabException($"{Program} has no voice {voice}; {Program} --voices lists those there are.", e);
        }

        return SpokenWave.Decode(wave)
            ?? throw new LabException($"{Program} said nothing for \"{text}\" in the voice {voice}; {Program} --voices lists its voices.");
    }
}
