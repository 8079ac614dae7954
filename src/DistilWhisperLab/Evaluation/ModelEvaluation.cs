using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>A model's transcripts of a test set, judged.</summary>
/// <param name="Name">What the model is called in tables.</param>
/// <param name="Transcripts">What it wrote, in the set's order.</param>
/// <param name="Wer">Its word error rate.</param>
public sealed record ModelEvaluation(string Name, IReadOnlyList<string> Transcripts, WordErrorRate Wer)
{
    /// <summary>Transcribes a set and compares.</summary>
    /// <param name="name">What the model is called in tables.</param>
    /// <param name="model">The model.</param>
    /// <param name="clips">The set's audio, none longer than the model's window.</param>
    /// <param name="test">Its utterances, in the same order.</param>
    /// <param name="progress">Told of the clips done; null for none.</param>
    public static ModelEvaluation Of(
        string name,
        Transcriber model,
        IReadOnlyList<AudioClip> clips,
        Corpus test,
        IProgress<Progress>? progress = null)
    {
        var written = model.Transcribe(clips, progress: progress).Select(r => r.Text).ToList();
        return new ModelEvaluation(name, written, WordErrorRate.Of(test.Utterances.Select(u => u.Text), written) with { Turns = test.Turns });
    }
}
