using DistilWhisperLab.Corpora;
using DistilWhisperLab.Tests.Corpora;
using DistilWhisperLab.Text;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

/// <summary>A teacher of some thousand parameters and what it learns: tones, each of which stands for a text.</summary>
internal static class SmallTeacher
{
    public static readonly WhisperTokenizer Tokenizer =
        WhisperTokenizer.Train([" one two three", " two three four"], pieces: 260, windowSeconds: 0.8);

    public static readonly SampleFile Audio = new(Path.Combine(Path.GetTempPath(), $"lab-small-teacher-{Environment.ProcessId}.tmp"));

    public static readonly TeacherSettings Settings = new()
    {
        Pieces = 260,
        WindowSeconds = 0.8,
        Width = 16,
        EncoderLayers = 1,
        DecoderLayers = 1,
        Heads = 2,
        MaxTargetPositions = 40,
        Updates = 12,
        CtcUpdates = 4,
        CtcBatch = 4,
        Batch = 4,
        Warmup = 2,
        SpeechlessShare = 0.1,
    };

    /// <summary>Twelve utterances on disk, and one that no window of a second holds.</summary>
    public static Corpus Speech(TemporaryCorpus files)
    {
        files.SaveWav("a.wav", TemporaryCorpus.Steps(0.5f, 0.2f, 0.5f, 0.1f, 0.3f, 0.4f));
        return files.Open([
            .. Enumerable.Range(0, 12).Select(i => TemporaryCorpus.Row($"u{i}", "a.wav", 0.4 * i, 0.3 + 0.01 * i, i % 2 == 0 ? "One two." : "Three, four!") with { Position = i }),
            TemporaryCorpus.Row("long", "a.wav", 0, 3)]);
    }

    /// <summary>Twelve utterances of 0.25 to 0.35 s, three to a recording.</summary>
    public static List<SpeechExample> Examples() =>
        [.. Enumerable.Range(0, 12).Select(i => new SpeechExample(
            Audio.Add([.. Enumerable.Range(0, 4000 + 150 * i).Select(t => 0.3f * MathF.Sin(t * (i % 2 + 1) * 0.05f))]),
            [.. Tokenizer.Encode(i % 2 == 0 ? " one two" : " four")],
            CtcAlphabet.Encode(i % 2 == 0 ? "one two" : "four"),
            $"recording {i / 3}",
            i % 3))];
}
