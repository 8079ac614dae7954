using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// A model with its tokenizer, ready to transcribe clips no longer than its window, a batch at a time. It owns the
/// model until it is disposed.
/// </summary>
public sealed class Transcriber : IDisposable
{
    private const int DefaultBatch = 16;

    private readonly LogMelSpectrogram _logMel;

    /// <summary>Puts a model in evaluation mode to use.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="alignmentHeads">The heads that follow the sound; the default ones when null.</param>
    public Transcriber(
        WhisperModel model, WhisperTokenizer tokenizer, IReadOnlyList<AttentionHead>? alignmentHeads = null)
    {
        (Model, Tokenizer) = (model, tokenizer);
        AlignmentHeads = alignmentHeads ?? Decoding.AlignmentHeads.Default(model.Config);
        Decoder = new WindowDecoder(model, tokenizer);
        _logMel = new LogMelSpectrogram(model.Config.MelBins);
    }

    /// <summary>The model.</summary>
    public WhisperModel Model { get; }

    /// <summary>Its tokenizer.</summary>
    public WhisperTokenizer Tokenizer { get; }

    /// <summary>Decodes its windows.</summary>
    public WindowDecoder Decoder { get; }

    /// <summary>The cross-attention heads that follow the sound in time.</summary>
    public IReadOnlyList<AttentionHead> AlignmentHeads { get; }

    /// <summary>Loads a model with what stands beside its weights.</summary>
    /// <param name="model">A directory in the Hugging Face layout, or a hub name such as <c>openai/whisper-base</c>.</param>
    /// <param name="device">Where the model works; the CPU when null.</param>
    /// <param name="progress">Told of a download; null for none.</param>
    /// <param name="stop">Stops a download.</param>
    /// <exception cref="LabException">A file is missing or damaged, or vocabulary and model disagree.</exception>
    public static Transcriber Load(
        string model, Device? device = null, IProgress<Progress>? progress = null, CancellationToken stop = default)
    {
        var directory = ModelDirectory.Resolve(model, progress, stop);
        if (File.Exists(directory))
        {
            throw new CheckpointException($"{directory} holds weights without a tokenizer; make a model directory of it with lab model convert, and give that.");
        }

        var tokenizer = WhisperTokenizer.Load(directory);
        var loaded = Checkpoint.Load(directory, device);
        return loaded.Config.VocabularySize == tokenizer.VocabularySize
            ? new Transcriber(loaded, tokenizer, Decoding.AlignmentHeads.Load(directory, loaded.Config))
            : throw new CheckpointException($"{directory}: the tokenizer has {tokenizer.VocabularySize} tokens, the model {loaded.Config.VocabularySize}; they belong to different checkpoints.");
    }

    /// <summary>Transcribes clips in order.</summary>
    /// <param name="clips">Clips at 16 kHz, none longer than the window.</param>
    /// <param name="options">How; null decodes greedily, without timestamps.</param>
    /// <param name="batch">Clips decoded together.</param>
    /// <param name="progress">Told of the clips done; null for none.</param>
    /// <exception cref="AudioException">A clip is longer than the window.</exception>
    /// <exception cref="LabException">The options contradict one another or ask for what the model cannot do.</exception>
    public IReadOnlyList<DecodingResult> Transcribe(
        IReadOnlyList<AudioClip> clips,
        DecodingOptions? options = null,
        int batch = DefaultBatch,
        IProgress<Progress>? progress = null)
    {
        options ??= new DecodingOptions();
        var results = new List<DecodingResult>(clips.Count);
        foreach (var group in clips.Chunk(batch))
        {
            using var scope = NewDisposeScope();
            results.AddRange(Decoder.Decode(Features(group), options));
            progress?.Report(new Progress("Transcribing", results.Count, clips.Count));
        }

        return results;
    }

    /// <summary>The clips' log-mel spectrograms, padded to the model's window, <c>[batch, mels, frames]</c>; the caller's.</summary>
    /// <exception cref="AudioException">A clip is longer than the window.</exception>
    public Tensor Features(IReadOnlyList<AudioClip> clips)
    {
        using var scope = NewDisposeScope();
        var mels = clips.Select(clip => clip.Samples.Length <= Model.Config.WindowSamples
            ? _logMel.Compute(clip.Samples, Model.Config.WindowSamples)
            : throw new AudioException($"A clip of {clip.Duration:0.0} s is longer than the model's window of {Model.Config.WindowSeconds:0.##} s; cut it or take a model with a longer window."));
        return stack(mels.ToList()).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        Model.Dispose();
        _logMel.Dispose();
    }
}
