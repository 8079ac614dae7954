using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;

namespace DistilWhisperLab.Tests.Corpora;

/// <summary>A folder for manifests and recordings that lasts as long as a test.</summary>
internal sealed class TemporaryCorpus : IDisposable
{
    public const int SampleRate = 16000;

    public string Folder { get; } = Directory.CreateTempSubdirectory("lab-corpus-").FullName;

    public string ManifestPath => Path.Combine(Folder, "some.jsonl");

    public static Utterance Row(string id, string audio, double start, double duration, string text = "Hello.") =>
        new(id, audio, start, duration, text, "daily", "some", "voice", Path.GetFileNameWithoutExtension(audio), 0);

    /// <summary>Skips the calling test where a program is missing.</summary>
    public static void Require(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (var program in programs)
        {
            if (!folders.Any(f => File.Exists(Path.Combine(f, program)) || File.Exists(Path.Combine(f, program + ".exe"))))
            {
                Assert.Skip($"{program} is not installed.");
            }
        }
    }

    /// <summary>A recording whose seconds hold tones of given amplitudes, one amplitude a second.</summary>
    public static AudioClip Steps(params float[] amplitudes)
    {
        var samples = new float[amplitudes.Length * SampleRate];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = amplitudes[i / SampleRate] * MathF.Sin(2 * MathF.PI * 440 * i / SampleRate);
        }

        return new AudioClip(samples, SampleRate);
    }

    /// <summary>The amplitude of a tone, from its root mean square.</summary>
    public static double Amplitude(AudioClip clip) => Math.Sqrt(2 * clip.Samples.Average(s => (double)s * s));

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void SaveWav(string name, AudioClip clip) => AudioFile.SaveWav(PathOf(name), clip);

    public Corpus Open(params Utterance[] rows)
    {
        Manifest.Write(ManifestPath, rows);
        return Corpus.Open(ManifestPath);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
