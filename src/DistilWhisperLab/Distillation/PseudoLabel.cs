using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Distillation;

/// <summary>A training utterance as the teacher heard it (paper §3.1: sequence-level distillation).</summary>
/// <param name="Truth">What is said.</param>
/// <param name="Text">What the teacher wrote.</param>
/// <param name="Sequence">The teacher's tokens, from the start token to the end token.</param>
/// <param name="Wer">The word error rate between both after normalisation, in percent: what the filter looks at.</param>
public sealed record PseudoLabel(string Truth, string Text, IReadOnlyList<int> Sequence, double Wer)
{
    /// <summary>Labels clips greedily, without timestamps.</summary>
    /// <param name="teacher">The model that labels.</param>
    /// <param name="clips">The audio, none longer than the teacher's window.</param>
    /// <param name="truths">What is said, in the same order.</param>
    /// <param name="progress">Told of the clips done; null for none.</param>
    public static IReadOnlyList<PseudoLabel> Create(
        Transcriber teacher, IReadOnlyList<AudioClip> clips, IReadOnlyList<string> truths, IProgress<Progress>? progress = null)
    {
        var tokenizer = teacher.Tokenizer;
        var written = teacher.Transcribe(clips, progress: progress);
        var errors = WordErrorRate.Of(truths, written.Select(w => w.Text)).Utterances;
        return [.. written.Zip(truths, errors).Select(row => new PseudoLabel(
            row.Second,
            row.First.Text,
            [
                .. tokenizer.StartSequence(row.First.Language, SpeechTask.Transcribe, timestamps: false),
                .. row.First.Tokens,
                tokenizer.EndOfText,
            ],
            row.Third.Rate))];
    }
}
