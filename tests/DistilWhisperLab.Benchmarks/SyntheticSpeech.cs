using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Benchmarks;

/// <summary>
/// Noise with texts as long as speech of its length has: what a training update costs does not depend on what is
/// said, and a benchmark of it should not change with the shipped corpus.
/// </summary>
internal static class SyntheticSpeech
{
    private const double WordsPerSecond = 2.5;

    /// <summary>A tokenizer of invented words.</summary>
    public static WhisperTokenizer Tokenizer(TeacherSettings settings)
    {
        var random = Seeds.Random(1, 0);
        return WhisperTokenizer.Train(
            Enumerable.Range(0, 500).Select(_ => " " + Text(random, 8)), settings.Pieces, settings.WindowSeconds);
    }

    /// <summary>Utterances of 1.5 to 3.5 s, ten to a recording, whose audio goes into a file.</summary>
    public static IReadOnlyList<SpeechExample> Examples(SampleFile audio, WhisperTokenizer tokenizer, int count)
    {
        var random = Seeds.Random(1, 1);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var seconds = 1.5 + 2 * random.NextDouble();
            var text = Text(random, (int)(WordsPerSecond * seconds));
            var samples = new float[(int)(seconds * LogMelSpectrogram.SampleRate)];
            for (var t = 0; t < samples.Length; t++)
            {
                samples[t] = 0.1f * (2 * random.NextSingle() - 1);
            }

            return new SpeechExample(
                audio.Add(samples), [.. tokenizer.Encode(" " + text)], CtcAlphabet.Encode(text), $"recording {i / 10}", i % 10);
        })];
    }

    private static string Text(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Word(random.Next(300))));

    /// <summary>Each number's word of two to eight letters, the same every time.</summary>
    private static string Word(int number)
    {
        var random = Seeds.Random(2, number);
        return string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "bdfglmnrst"[random.Next(10)].ToString() + "aeiou"[random.Next(5)]));
    }
}
