using BenchmarkDotNet.Attributes;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Benchmarks;

/// <summary>The shipped teacher on windows of the shipped test set: its encoder alone, and from sound to text, greedily.</summary>
public class Recognition : BesideYardstick
{
    private const int Times = 4;

    private Transcriber _model = null!;
    private AudioClip[] _clips = null!;
    private Tensor _features = null!;
    private double _seconds;

    /// <summary>Windows at once.</summary>
    [Params(1, 16)]
    public int Windows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _model = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"));
        var window = _model.Model.Config.WindowSeconds;
        var corpus = Corpus.Shipped("test").Fitting(window, null).Join(window).Take(Windows);
        _clips = [.. corpus.Utterances.Select(corpus.Audio)];
        _features = _model.Features(_clips);
        _seconds = _clips.Sum(clip => clip.Duration);
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public void Encoder()
    {
        for (var i = 0; i < Times; i++)
        {
            _model.Decoder.Encode(_features).Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public void Greedy()
    {
        for (var i = 0; i < Times; i++)
        {
            _model.Transcribe(_clips, batch: Windows);
        }
    }

    [GlobalCleanup(Target = nameof(Encoder))]
    public void CleanupEncoder() => Cleanup(nameof(Encoder), new Work(EncoderFlops(), AudioSeconds: _seconds));

    [GlobalCleanup(Target = nameof(Greedy))]
    public void CleanupGreedy()
    {
        // Rows that have ended are decoded on with the rest, so the longest counts for all.
        var tokens = _model.Transcribe(_clips, batch: Windows).Max(result => result.Tokens.Count) + 1;
        var prompt = _model.Tokenizer.StartSequence("en", SpeechTask.Transcribe, timestamps: false).Count;
        var decoder = ModelFlops.Decoder(
            _model.Model.Config, Windows, prompt + tokens - 1, _features.shape[2], Windows * tokens);
        Cleanup(nameof(Greedy), new Work(EncoderFlops() + decoder, AudioSeconds: _seconds));
    }

    private double EncoderFlops() => ModelFlops.Encoder(_model.Model.Config, Windows, _features.shape[2]);

    private void Cleanup(string method, Work work)
    {
        Note(method, Windows, work);
        _features.Dispose();
        _model.Dispose();
    }
}
