using System.Runtime.InteropServices;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>What one update of the teacher learns from.</summary>
public sealed class TeacherBatch : IDisposable
{
    private TeacherBatch(Tensor features, TokenBatch? tokens, Tensor letters, Tensor letterCounts, Tensor positions) =>
        (Features, Tokens, Letters, LetterCounts, Positions) = (features, tokens, letters, letterCounts, positions);

    /// <summary>Log-mel spectrograms, <c>[batch, mels, frames]</c>.</summary>
    public Tensor Features { get; }

    /// <summary>
    /// What the decoder is to write; null while only the encoder learns. A window in which nobody speaks teaches two
    /// things at once, an empty text and, where the text would begin, the token for "no speech".
    /// </summary>
    public TokenBatch? Tokens { get; }

    /// <summary>The symbols of <see cref="CtcAlphabet"/> of all windows one after the other, int64 <c>[symbols]</c>.</summary>
    public Tensor Letters { get; }

    /// <summary>How many of them each window has, int64 <c>[batch]</c>.</summary>
    public Tensor LetterCounts { get; }

    /// <summary>The encoder positions that each window's symbols may lie at, int64 <c>[batch]</c>.</summary>
    public Tensor Positions { get; }

    internal static TeacherBatch Create(
        IReadOnlyList<TeacherWindow> windows, Tensor features, WhisperTokenizer tokenizer, int samples, int positions, bool encoderOnly)
    {
        TokenBatch? tokens = null;
        if (!encoderOnly)
        {
            var own = windows.Select(w => w.Sequence(tokenizer, samples)).ToList();
            var prompts = windows.Select((w, i) => w.Prompt(tokenizer, own[i].Count, positions)).ToList();
            tokens = new TokenBatch(
                [.. prompts.Zip(own, (prompt, sequence) => (IReadOnlyList<int>)[.. prompt, .. sequence])],
                tokenizer.EndOfText,
                prompts: [.. prompts.Select(prompt => prompt.Count)],
                firstTargets: [.. windows.Select(w => w.Speech.Count == 0 ? tokenizer.NoSpeech : (int?)null)]);
        }

        byte[][] letters = [.. windows.Select(w => CtcAlphabet.Join(w.Speech.Select(s => s.Example.Letters)))];
        // Neither the padding of a cropped window nor an utterance that is cut off has symbols.
        long Positions(TeacherWindow window) =>
            ((encoderOnly ? window.Speech[^1].To : window.CutOff?.From ?? samples) + TeacherWindowPlanner.Stride - 1) / TeacherWindowPlanner.Stride;
        return new TeacherBatch(
            features.DetachFromDisposeScope(),
            tokens,
            Owned([.. letters.SelectMany(l => l).Select(l => (long)l)]),
            Owned([.. letters.Select(l => (long)l.Length)]),
            Owned([.. windows.Select(Positions)]));
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Features.Dispose();
        Tokens?.Dispose();
        Letters.Dispose();
        LetterCounts.Dispose();
        Positions.Dispose();
    }

    private static Tensor Owned(long[] values)
    {
        var native = empty(values.Length, ScalarType.Int64);
        values.CopyTo(MemoryMarshal.Cast<byte, long>(native.bytes));
        return native.DetachFromDisposeScope();
    }
}
