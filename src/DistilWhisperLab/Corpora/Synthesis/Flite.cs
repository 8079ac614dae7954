using System.Globalization;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>The unit-selection synthesiser flite, called as a program; its voices were recorded from people.</summary>
internal static class Flite
{
    /// <summary>The program.</summary>
    public const string Program = "flite";

    // Its voices' own pace, about; and what a step of the pitch scale does to the mean fundamental frequency.
    private const double OwnWordsPerMinute = 165;
    private const double PitchStep = 0.006;

    private static readonly Dictionary<string, double> OwnPitch = new()
    {
        ["slt"] = 175,
        ["rms"] = 95,
        ["awb"] = 140,
        ["kal16"] = 105,
        ["kal"] = 105,
        ["awb_time"] = 140,
    };

    /// <summary>Speaks a text in a voice that <c>flite -lv</c> lists.</summary>
    public static async Task<AudioClip> SpeakAsync(
        string text, string voice, double wordsPerMinute, double pitch, CancellationToken stop)
    {
        // flite speaks in another voice when it does not know one.
        if (!OwnPitch.TryGetValue(voice, out var hertz))
        {
            throw new LabException($"{Program} has no voice {voice}; it has {string.Join(", ", OwnPitch.Keys)}.");
        }

        string[] arguments =
        [
            "-voice", voice,
            "--setf", string.Create(CultureInfo.InvariantCulture, $"duration_stretch={OwnWordsPerMinute / wordsPerMinute:0.000}"),
            "--setf", string.Create(CultureInfo.InvariantCulture, $"int_f0_target_mean={hertz * (1 + PitchStep * (pitch - 50)):0.0}"),
            "-t", text,
            "-o", "/dev/stdout",
        ];
        return SpokenWave.Decode(await ExternalTool.RunAsync(Program, arguments, default, stop))
            ?? throw new LabException($"{Program} said nothing for \"{text}\" in the voice {voice}.");
    }
}
