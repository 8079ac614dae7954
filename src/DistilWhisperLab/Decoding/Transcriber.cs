using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>Transcribes short clips, each no longer than the model's window, a batch at a time.</summary>
/// <param name="model">The model, in evaluation mode.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="batch">Clips a batch.</param>
public sealed class Transcriber(WhisperModel model, WhisperTokenizer tokenizer, int batch = 16)
{
    private readonly LogMelSpectrogram _logMel = new(model.Config.MelBins);
    private readonly GreedyDecoder _decoder = new(model, tokenizer);

    /// <summary>Transcribes clips in order, without timestamps.</summary>
    public IEnumerable<DecodingResult> Transcribe(IEnumerable<AudioClip> clips)
    {
        foreach (var group in clips.Chunk(batch))
        {
            foreach (var result in Decode(group))
            {
                yield return result;
            }
        }
    }

    private IReadOnlyList<DecodingResult> Decode(AudioClip[] clips)
    {
        using var scope = NewDisposeScope();
        return _decoder.Decode(Features(clips));
    }

    /// <summary>The clips' log-mel spectrograms padded to the model's window, <c>[batch, mels, frames]</c>.</summary>
    /// <exception cref="AudioException">A clip is longer than the window.</exception>
    public Tensor Features(IReadOnlyList<AudioClip> clips)
    {
        using var scope = NewDisposeScope();
        var mels = clips.Select(clip => clip.Samples.Length <= model.Config.WindowSamples
            ? _logMel.Compute(clip.Samples, model.Config.WindowSamples)
            : throw new AudioException($"A clip of {clip.Duration:0.0} s is longer than the model's window of {model.Config.WindowSeconds:0.##} s; use a long-form algorithm or cut it."));
        return stack(mels.ToList()).MoveToOuterDisposeScope();
    }
}
