using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Distillation;

/// <summary>
/// A teacher of random numbers and a corpus of tones, on disk: all that distillation needs, though nothing can be
/// learned from it. Recordings of four utterances each.
/// </summary>
internal sealed class TinyWorld : IDisposable
{
    public TinyWorld(int utterances = 20, int decoderLayers = 3)
    {
        Model = Folder.File("teacher");
        Manifest = Folder.File("corpus.jsonl");
        var tokenizer = WhisperTokenizer.Train(["one two three", "two three four"], pieces: 260, windowSeconds: 0.4);
        manual_seed(1);
        using var model = new WhisperModel(new TeacherSettings
        {
            Pieces = 260,
            WindowSeconds = 0.4,
            Width = 16,
            EncoderLayers = 2,
            DecoderLayers = decoderLayers,
            Heads = 2,
        }.Dimensions(tokenizer) with
        { MaxTargetPositions = 32, MelBins = 8 });
        EndInTime(model, tokenizer.EndOfText);
        Checkpoint.Save(model, Model);
        tokenizer.Save(Model);
        CompanionFiles.Write(Model, model.Config, tokenizer);

        string[] words = ["one", "two", "three", "four"];
        var rows = new List<Utterance>();
        for (var recording = 0; recording * 4 < utterances; recording++)
        {
            var samples = Enumerable.Range(0, 4 * 6400).Select(t => 0.3f * MathF.Sin(t * (recording + 1) * (1 + t / 6400) * 0.01f));
            AudioFile.SaveWav(Folder.File($"{recording}.wav"), new AudioClip([.. samples], 16000));
            rows.AddRange(Enumerable.Range(0, 4).Select(i => new Utterance(
                $"u{recording}-{i}", $"{recording}.wav", 0.4 * i, 0.3 + 0.02 * i, words[(recording + i) % 4], i % 2 == 0 ? "tones" : "chirps", "train", "sine", $"r{recording}", i)));
        }

        DistilWhisperLab.Corpora.Manifest.Write(Manifest, rows.Take(utterances));
    }

    public TemporaryFolder Folder { get; } = new();

    public string Model { get; }

    public string Manifest { get; }

    public Corpus Corpus => Corpus.Open(Manifest);

    public Transcriber Teacher() => Transcriber.Load(Model);

    public void Dispose() => Folder.Dispose();

    /// <summary>The later a position the likelier the end, so that labels end, not all at once.</summary>
    private static void EndInTime(WhisperModel model, int end)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        // Large enough for one token to be likelier than all timestamps together.
        var direction = model.Decoder.TokenEmbedding.mul_(25)[end];
        var positions = model.NamedTensors()["model.decoder.embed_positions.weight"];
        positions.add_(arange(positions.shape[0]).unsqueeze(1) * (0.25 * direction));
    }
}
