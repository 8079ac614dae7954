using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

public class CheckpointTests
{
    [Fact]
    public void Shapes_derived_from_the_configuration_are_those_of_the_module()
    {
        var config = Tiny.Config(encoderLayers: 3, decoderLayers: 1);
        using var model = new WhisperModel(config);
        var shapes = TensorShapes.Of(config);
        Assert.Equal(shapes.Keys.Order(), model.NamedTensors().Keys.Order());
        Assert.All(model.NamedTensors(), t => Assert.Equal(shapes[t.Key], t.Value.shape));
        Assert.Equal(config.Parameters, model.NamedTensors().Values.Sum(t => t.numel()));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Saving_and_loading_keeps_every_bit_in_every_type_whole_or_in_shards(ScalarType type)
    {
        using var folder = new TemporaryFolder();
        using var first = RandomModel();
        Checkpoint.Save(first, folder.Path, type);
        // Infinities, numbers that are none, the smallest there are and a negative zero, which text or a conversion would lose.
        using (var model = Checkpoint.Load(folder.Path, type: type))
        {
            using var scope = NewDisposeScope();
            using var odd = no_grad();
            var bits = tensor(new[] { -0.0, double.NaN, double.PositiveInfinity, 1e-45, 6e-8 }).to(type);
            model.Decoder.TokenEmbedding.flatten().narrow(0, 0, 5).copy_(bits);
            Checkpoint.Save(model, folder.Path);
            Assert.All(model.NamedTensors(), t => Assert.Equal(type, t.Value.dtype));
        }

        var whole = Bits(folder.Path, type);
        Shard(folder, shards: 3);
        Assert.Equal(whole, Bits(folder.Path, type));

        using var file = Checkpoint.Load(folder.Path, type: type);
        using var again = new TemporaryFolder();
        Checkpoint.Save(file, again.Path);
        Assert.Equal(whole, Bits(again.Path, type));
        Assert.Contains($"\"torch_dtype\": \"{type.ToString().ToLowerInvariant()}\"", File.ReadAllText(again.File("config.json")));
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Half_precision_is_widened_exactly(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = RandomModel();
        Checkpoint.Save(model, folder.Path, type);
        using var loaded = Checkpoint.Load(folder.Path);
        var tensors = loaded.NamedTensors();
        Assert.All(model.NamedTensors(), t => Assert.True(t.Value.to(type).to(ScalarType.Float32).eq(tensors[t.Key]).all().item<bool>(), t.Key));
    }

    [Fact]
    public void A_model_loaded_within_a_scope_outlives_it_and_trains()
    {
        using var folder = new TemporaryFolder();
        using (var saved = RandomModel())
        {
            Checkpoint.Save(saved, folder.Path);
        }

        WhisperModel model;
        using (NewDisposeScope())
        {
            model = Checkpoint.Load(folder.Path);
        }

        using var scope = NewDisposeScope();
        model.forward(randn(1, 8, 40), tensor(new long[,] { { 1, 2 } })).sum().backward();
        Assert.NotNull(model.Decoder.TokenEmbedding.grad);
        Assert.Equal(["model.encoder.embed_positions.weight"], model.NamedTensors().Where(t => !t.Value.requires_grad).Select(t => t.Key));
        model.Dispose();
    }

    [Fact]
    public void Loading_leaves_no_tensor_behind_but_the_models()
    {
        using var folder = new TemporaryFolder();
        using var saved = RandomModel();
        Checkpoint.Save(saved, folder.Path);
        using var scope = NewDisposeScope();
        using var model = Checkpoint.Load(folder.Path);
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void A_stored_output_projection_must_be_the_token_embedding()
    {
        using var folder = new TemporaryFolder();
        using var model = RandomModel();
        Checkpoint.Save(model, folder.Path);
        Rewrite(folder, tensors => tensors["proj_out.weight"] = model.Decoder.TokenEmbedding.alias());
        using (var loaded = Checkpoint.Load(folder.Path))
        {
            Assert.DoesNotContain("proj_out.weight", loaded.NamedTensors().Keys);
        }

        Rewrite(folder, tensors => tensors["proj_out.weight"] = model.Decoder.TokenEmbedding + 1);
        Assert.Contains("proj_out.weight of shape [40, 16] differs", Failure(folder));
        Rewrite(folder, tensors => tensors["proj_out.weight"] = zeros(40, 15));
        Assert.Contains("proj_out.weight of shape [40, 15] differs", Failure(folder));
    }

    [Fact]
    public void The_encoder_loads_without_the_decoders_tensors()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = RandomModel();
        Checkpoint.Save(model, folder.Path);
        Rewrite(folder, tensors =>
        {
            foreach (var name in tensors.Keys.Where(n => n.StartsWith("model.decoder.")).ToList())
            {
                tensors.Remove(name);
            }
        });
        using var encoder = Checkpoint.LoadEncoder(folder.Path);
        var mel = randn(2, 8, 40);
        Assert.True(encoder.forward(mel).eq(model.Encoder.forward(mel)).all().item<bool>());
        Assert.Contains("lacks tensor model.decoder.", Failure(folder));

        Rewrite(folder, tensors => tensors.Remove("model.encoder.layers.1.fc1.bias"));
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.LoadEncoder(folder.Path));
        Assert.Contains("lacks tensor model.encoder.layers.1.fc1.bias of shape [32]", error.Message);
    }

    [Fact]
    public void The_encoder_needs_no_shard_that_holds_the_decoder_only()
    {
        using var folder = new TemporaryFolder();
        using var model = RandomModel();
        Checkpoint.Save(model, folder.Path);
        Shard(folder, shards: 2, name => name.StartsWith("model.encoder.") ? 0 : 1);
        File.Delete(folder.File("model-2-of-2.safetensors"));
        Checkpoint.LoadEncoder(folder.Path).Dispose();
        Assert.Contains("model-2-of-2.safetensors does not exist", Failure(folder));
    }

    [Fact]
    public void A_missing_tensor_is_named_with_its_shape()
    {
        var folder = Fixtures.File("whisper-tiny.en-without-token-embedding");
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder));
        Assert.Contains("model.decoder.embed_tokens.weight", error.Message);
        Assert.Contains("[51864, 384]", error.Message);
    }

    [Fact]
    public void A_misshapen_and_a_superfluous_tensor_are_named()
    {
        using var folder = new TemporaryFolder();
        using (var model = new WhisperModel(Tiny.Config()))
        {
            Checkpoint.Save(model, folder.Path);
        }

        (Tiny.Config() with { MaxTargetPositions = 25 }).Save(folder.File("config.json"));
        var misshapen = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Path));
        Assert.Contains("[24, 16]", misshapen.Message);
        Assert.Contains("[25, 16]", misshapen.Message);

        Tiny.Config(decoderLayers: 1).Save(folder.File("config.json"));
        var superfluous = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Path));
        Assert.Contains("model.decoder.layers.1.", superfluous.Message);
    }

    [Fact]
    public void A_truncated_file_gives_one_sentence_at_every_length()
    {
        using var folder = new TemporaryFolder();
        using (var model = new WhisperModel(Tiny.Config()))
        {
            Checkpoint.Save(model, folder.Path);
        }

        var whole = File.ReadAllBytes(folder.File(Checkpoint.WeightsFile));
        foreach (var length in (int[])[0, 1, 7, 8, 9, 100, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(folder.File(Checkpoint.WeightsFile), whole[..length]);
            var error = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Path));
            Assert.Contains(Checkpoint.WeightsFile, error.Message);
        }
    }

    [Fact]
    public void Two_shards_with_the_same_tensor_and_a_shard_elsewhere_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = RandomModel();
        Checkpoint.Save(model, folder.Path);
        Shard(folder, shards: 2);
        File.Copy(folder.File("model-1-of-2.safetensors"), folder.File("model-2-of-2.safetensors"), overwrite: true);
        Assert.Contains("two shards hold tensor model.", Failure(folder));
        foreach (var (index, message) in new[]
        {
            ("{\"weight_map\": {\"a\": \"../a.safetensors\"}}", "names a shard outside its directory"),
            ("{\"weight_map\": {\"a\": \"\"}}", "names a shard outside its directory"),
            ("{\"weight_map\": [1]}", "is not an index"),
            ("{\"weight_map\": {\"a\": 1}}", "is not an index"),
            ("{}", "is not an index"),
            ("[", "is not an index"),
        })
        {
            folder.Write("model.safetensors.index.json", index);
            Assert.Contains(message, Failure(folder));
        }
    }

    [Fact]
    public void What_is_no_model_is_said_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("does not exist; give a directory", Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.File("none"))).Message);
        Assert.Contains("config.json does not exist", Failure(folder));
        Tiny.Config().Save(folder.File("config.json"));
        Assert.Contains("holds neither model.safetensors nor", Failure(folder));
    }

    [Theory]
    [InlineData("\"d_model\": 16", "\"d_model\": 15", "even number")]
    [InlineData("\"d_model\": 16", "\"d_model\": \"16\"", "is not a Whisper configuration")]
    [InlineData("\"d_model\": 16", "\"model_type\": \"whisper\"", "is not a Whisper configuration")]
    [InlineData("\"decoder_attention_heads\": 2", "\"decoder_attention_heads\": 3", "do not divide")]
    [InlineData("\"encoder_layers\": 2", "\"encoder_layers\": 0", "between 1 and 256")]
    [InlineData("\"encoder_layers\": 2", "\"encoder_layers\": 300000", "between 1 and 256")]
    [InlineData("\"vocab_size\": 40", "\"vocab_size\": 2000000000", "between 1 and 1048576")]
    [InlineData("\"vocab_size\": 40", "\"vocab_size\": 40, \"activation_function\": \"relu\"", "expected \"gelu\"")]
    [InlineData("\"vocab_size\": 40", "\"vocab_size\": 40, \"scale_embedding\": true", "expected false")]
    [InlineData("\"vocab_size\": 40", "\"vocab_size\": 40, \"tie_word_embeddings\": false", "expected true")]
    [InlineData("\"vocab_size\": 40", "\"vocab_size\": 40, \"model_type\": \"bart\"", "expected \"whisper\"")]
    public void A_configuration_of_something_else_is_refused(string right, string wrong, string message)
    {
        using var folder = new TemporaryFolder();
        Tiny.Config().Save(folder.File("config.json"));
        var config = File.ReadAllText(folder.File("config.json"));
        Assert.Contains(right, config);
        folder.Write("config.json", config.Replace(right, wrong));
        var error = Failure(folder);
        Assert.Contains(message, error);
        Assert.StartsWith(folder.File("config.json"), error);
    }

    [Fact]
    public void Vocabulary_and_model_that_disagree_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = RandomModel();
        Checkpoint.Save(model, folder.Path);
        WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4).Save(folder.Path);
        var error = Assert.ThrowsAny<LabException>(() => Transcriber.Load(folder.Path, stop: TestContext.Current.CancellationToken));
        Assert.Contains("40", error.Message);
    }

    [Fact]
    public void A_large_model_is_held_in_memory_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads Linux's own count of the most memory used.");
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_TESTS") == "full", "Writes a model of 700 MB; LAB_TESTS=full runs it.");
        using var folder = new TemporaryFolder();
        var config = PublishedModels.All["distil-whisper/distil-small.en"];
        using (var model = new WhisperModel(config))
        {
            Checkpoint.Save(model, folder.Path, ScalarType.Float16);
        }

        File.WriteAllText("/proc/self/clear_refs", "5"); // starts the count anew
        var before = Status("VmRSS");
        using var loaded = Checkpoint.Load(folder.Path);
        Assert.InRange(Status("VmHWM") - before, 0, (long)(1.2 * 4 * config.Parameters));

        static long Status(string name) => 1024 * long.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(name)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim());
    }

    [Fact]
    public void The_real_encoder_and_decoder_give_the_reference_states_and_logits()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        foreach (var (directory, golden) in new[]
        {
            (Fixtures.TinyEnglish, "states-1272-whisper-tiny.en.safetensors"),
            (Fixtures.File("whisper-base"), "states-1272-whisper-base.safetensors"),
        })
        {
            using var model = Checkpoint.Load(directory);
            using var expected = SafetensorsFile.Open(Fixtures.File("golden", golden));
            var clip = AudioFile.Load(Fixtures.File("speech", "librispeech__1272-128104-0000.wav"));
            var mel = new LogMelSpectrogram().Compute(clip.Samples, model.Config.WindowSamples);
            var states = model.Encoder.forward(mel.unsqueeze(0));
            var every10th = states[0].index_select(0, arange(0, 1500, 10));
            Close(expected.Read("encoder_states_every_10th_frame"), every10th, 2e-3);

            var ids = expected.Read("input_ids").view(1, -1);
            var hidden = model.Decoder.forward(ids, states);
            Close(expected.Read("decoder_states"), hidden[0], 5e-3);
            var at = expected.Read("logits_positions").to(ScalarType.Int64).view(-1);
            Close(expected.Read("logits"), model.Decoder.Logits(hidden[0].index_select(0, at)), 5e-3);
        }
    }

    [Fact]
    public void Companion_files_are_copied_without_the_other_models_alignment_heads()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("to"));
        folder.Write("vocab.json", "{}");
        folder.Write("generation_config.json", """{ "alignment_heads": [[0, 1]], "max_length": 96 }""");
        CompanionFiles.Copy(folder.Path, folder.File("to"));

        Assert.Equal("{}", File.ReadAllText(folder.File("to/vocab.json")));
        var generation = JsonNode.Parse(File.ReadAllText(folder.File("to/generation_config.json")))!.AsObject();
        Assert.Equal(["max_length"], generation.Select(key => key.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("{\"alignment_heads\": ")]
    public void A_generation_configuration_that_is_no_object_is_named(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("generation_config.json", text);
        Directory.CreateDirectory(folder.File("to"));

        Assert.StartsWith(path, Assert.Throws<CheckpointException>(() => CompanionFiles.Copy(folder.Path, folder.File("to"))).Message);
        Assert.False(File.Exists(folder.File("to/generation_config.json")));
    }

    private static WhisperModel RandomModel()
    {
        manual_seed(11);
        return new WhisperModel(Tiny.Config());
    }

    private static string Failure(TemporaryFolder folder)
    {
        var message = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    /// <summary>Every tensor of a directory as loaded, byte for byte.</summary>
    private static SortedDictionary<string, string> Bits(string directory, ScalarType type)
    {
        using var model = Checkpoint.Load(directory, type: type);
        return new(model.NamedTensors().ToDictionary(t => t.Key, t => Convert.ToHexString(t.Value.detach().bytes)));
    }

    /// <summary>Changes the tensors of a directory's one file.</summary>
    private static void Rewrite(TemporaryFolder folder, Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        Dictionary<string, Tensor> tensors;
        using (var file = SafetensorsFile.Open(folder.File(Checkpoint.WeightsFile)))
        {
            tensors = file.Entries.Keys.ToDictionary(name => name, file.Read);
        }

        change(tensors);
        SafetensorsFile.Write(folder.File(Checkpoint.WeightsFile), tensors);
    }

    /// <summary>Replaces a directory's one file by shards with an index.</summary>
    private static void Shard(TemporaryFolder folder, int shards, Func<string, int>? place = null)
    {
        using var scope = NewDisposeScope();
        var map = new Dictionary<string, string>();
        using (var file = SafetensorsFile.Open(folder.File(Checkpoint.WeightsFile)))
        {
            foreach (var shard in file.Entries.Keys.GroupBy(place ?? (name => name.Length % shards)))
            {
                var name = $"model-{shard.Key + 1}-of-{shards}.safetensors";
                SafetensorsFile.Write(folder.File(name), shard.ToDictionary(tensor => tensor, file.Read));
                shard.ToList().ForEach(tensor => map[tensor] = name);
            }
        }

        File.Delete(folder.File(Checkpoint.WeightsFile));
        folder.Write("model.safetensors.index.json", JsonSerializer.Serialize(new { metadata = new { }, weight_map = map }));
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected.to(ScalarType.Float32) - actual).abs().max().item<float>();
        Assert.True(difference < tolerance, $"largest difference {difference}");
    }
}
