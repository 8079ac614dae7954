using System.Text.Json;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

/// <summary>Small valid models, damaged some thousand times: what comes out is a model or one sentence.</summary>
public sealed class FuzzTests : IDisposable
{
    private const long MaxAllocatedBytes = 64 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly WhisperModel _model;

    public FuzzTests()
    {
        manual_seed(3);
        var config = Tiny.Config(encoderLayers: 1, decoderLayers: 1) with { EncoderFeedForward = 64, DecoderFeedForward = 64 };
        _model = new WhisperModel(config with { Other = CompanionFiles.ConfigurationKeys(30, 31) });
        Checkpoint.Save(_model, _folder.Path);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Weights() => Survives("model.safetensors", 1200, headBytes: 4000, () => Checkpoint.Load(_folder.Path).Dispose());

    [Fact]
    public void Configuration() => Survives("config.json", 1200, headBytes: 1000, () => Checkpoint.Load(_folder.Path).Dispose());

    [Fact]
    public void Index_of_shards()
    {
        using (var file = SafetensorsFile.Open(_folder.File("model.safetensors")))
        {
            _folder.Write("model.safetensors.index.json", JsonSerializer.Serialize(new { weight_map = file.Entries.Keys.ToDictionary(n => n, _ => "all.safetensors") }));
        }

        File.Move(_folder.File("model.safetensors"), _folder.File("all.safetensors"));
        Survives("model.safetensors.index.json", 800, headBytes: 1000, () => Checkpoint.Load(_folder.Path).Dispose());
    }

    [Fact]
    public void OpenAI_file()
    {
        _folder.Write("model.pt", PtBuilder.Build(_model));
        Survives("model.pt", 1200, headBytes: 5000, () => Checkpoint.Load(_folder.File("model.pt")).Dispose());
    }

    [Fact]
    public void Fast_tokenizer()
    {
        var trained = WhisperTokenizer.Train(["the cat sat on the mat that there"], 262, 0.2);
        trained.Save(_folder.Path);
        var pieces = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(_folder.File("vocab.json")))!;
        var added = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(_folder.File("added_tokens.json")))!;
        var merges = File.ReadAllLines(_folder.File("merges.txt")).Skip(1);
        _folder.Write("tokenizer.json", JsonSerializer.Serialize(new
        {
            added_tokens = added.Select(token => new { id = token.Value, content = token.Key }),
            model = new { vocab = pieces, merges },
        }));
        File.Delete(_folder.File("vocab.json"));
        Survives("tokenizer.json", 800, headBytes: 200, () =>
        {
            var tokenizer = WhisperTokenizer.Load(_folder.Path);
            tokenizer.Decode(tokenizer.Encode("that cat, there"));
        });
    }

    [Fact]
    public void Spellings()
    {
        _folder.Write("normalizer.json", "{\"colour\": \"color\", \"grey\": \"gray\", \"analyse\": \"analyze\"}");
        Survives("normalizer.json", 600, headBytes: 80, () => EnglishNormalizer.Load(_folder.File("normalizer.json")).Normalize("the colour grey"));
    }

    private void Survives(string name, int times, int headBytes, Action use)
    {
        use();
        var valid = File.ReadAllBytes(_folder.File(name));
        var refused = 0;
        for (var seed = 0; seed < times; seed++)
        {
            File.WriteAllBytes(_folder.File(name), Damage.To(valid, new Random(seed), headBytes));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                use();
            }
            catch (LabException e)
            {
                refused++;
                Assert.False(e.Message.Contains('\n'), $"seed {seed}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxAllocatedBytes, $"seed {seed} takes {allocated >> 20} MB");
        }

        Assert.InRange(refused, times / 10, times);
    }
}
