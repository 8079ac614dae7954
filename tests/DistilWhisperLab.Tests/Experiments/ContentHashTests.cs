using DistilWhisperLab.Corpora;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Models;
using DistilWhisperLab.Tests.Corpora;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Experiments;

public class ContentHashTests
{
    [Fact]
    public void A_model_has_one_hash_in_memory_and_on_disk_whatever_its_stored_type()
    {
        using var folder = new TemporaryFolder();
        manual_seed(1);
        using var model = new WhisperModel(Tiny.Config());
        Checkpoint.Save(model, folder.File("half"), ScalarType.Float16);
        using var rounded = Checkpoint.Load(folder.File("half"));
        Checkpoint.Save(rounded, folder.File("full"));

        var hash = ContentHash.Model(rounded);
        Assert.Equal(hash, ContentHash.Model(folder.File("half")));
        Assert.Equal(hash, ContentHash.Model(folder.File("full")));
        Assert.NotEqual(hash, ContentHash.Model(model));
        Assert.Throws<CheckpointException>(() => ContentHash.Model(folder.File("nowhere")));
    }

    [Fact]
    public void One_changed_weight_or_dimension_is_another_model()
    {
        using var folder = new TemporaryFolder();
        using var model = new WhisperModel(Tiny.Config());
        Checkpoint.Save(model, folder.File("model"));
        var before = ContentHash.Model(folder.File("model"));
        var count = LiveTensors.Settled();
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            model.Decoder.TokenEmbedding[3, 5].add_(1e-3);
        }

        var after = ContentHash.Model(model);
        Assert.Equal(count, LiveTensors.Settled());
        Assert.NotEqual(before, after);
        Checkpoint.Save(model, folder.File("model"));
        Assert.Equal(after, ContentHash.Model(folder.File("model")));

        // Other heads compute otherwise with the same tensors.
        (model.Config with { DecoderHeads = 4 }).Save(Path.Combine(folder.File("model"), "config.json"));
        Assert.NotEqual(after, ContentHash.Model(folder.File("model")));
    }

    [Fact]
    public void A_corpus_is_its_utterances_and_the_bytes_of_their_audio()
    {
        using var files = new TemporaryCorpus();
        files.SaveWav("a.wav", TemporaryCorpus.Steps(0.1f, 0.2f));
        files.SaveWav("b.wav", TemporaryCorpus.Steps(0.1f, 0.2f));
        var first = TemporaryCorpus.Row("1", "a.wav", 0, 1);
        var second = TemporaryCorpus.Row("2", "a.wav", 1, 1);
        var hash = Hash(first, second);

        Assert.Equal(hash, Hash(first, second with { Audio = "b.wav", Recording = "b" }));
        Assert.NotEqual(hash, Hash(second, first));
        Assert.NotEqual(hash, Hash(first));
        Assert.NotEqual(hash, Hash(first, second with { Text = "Hello!" }));
        Assert.NotEqual(hash, Hash(first, second with { Start = 0.5 }));
        files.SaveWav("a.wav", TemporaryCorpus.Steps(0.1f, 0.3f, 0.1f));
        Assert.NotEqual(hash, Hash(first, second));

        string Hash(params Utterance[] rows) => ContentHash.Data(files.Open(rows));
    }
}
