using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// Model directories in the Hugging Face layout: <c>config.json</c> and <c>model.safetensors</c>, or several shards
/// with <c>model.safetensors.index.json</c>.
/// </summary>
public static class Checkpoint
{
    /// <summary>The weights' file name.</summary>
    public const string WeightsFile = "model.safetensors";

    private const string IndexFile = "model.safetensors.index.json";
    private const string TiedOutput = "proj_out.weight";

    /// <summary>
    /// Loads a model in float32. Every tensor of the architecture must be there with its shape and nothing else may
    /// be; the tied output projection may be stored beside the token embedding or left out.
    /// </summary>
    /// <param name="directory">A directory with <c>config.json</c> and the weights.</param>
    /// <param name="device">Where the weights go; the CPU by default.</param>
    /// <exception cref="CheckpointException">A file is missing or damaged, a tensor is missing, superfluous or misshapen.</exception>
    public static WhisperModel Load(string directory, Device? device = null)
    {
        if (!Directory.Exists(directory))
        {
            throw new CheckpointException($"{directory} is not a directory; give one with config.json and {WeightsFile} in the Hugging Face layout.");
        }

        var config = WhisperConfig.Load(Path.Combine(directory, "config.json"));
        var files = OpenShards(directory);
        try
        {
            CheckNames(directory, config, files);
            WhisperModel model;
            using (no_grad())
            {
                model = new WhisperModel(config);
                foreach (var (name, tensor) in model.NamedTensors())
                {
                    files.First(f => f.Entries.ContainsKey(name)).ReadInto(name, tensor);
                }
            }

            model.to(device ?? CPU);
            model.eval();
            return model;
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
    }

    /// <summary>Writes configuration and weights; each file appears only when complete, the weights last.</summary>
    /// <param name="model">The model.</param>
    /// <param name="directory">Created where it does not exist.</param>
    /// <param name="type">The stored type: float32 keeps every bit, float16 is what published checkpoints use.</param>
    public static void Save(WhisperModel model, string directory, ScalarType type = ScalarType.Float32)
    {
        Directory.CreateDirectory(directory);
        model.Config.Save(Path.Combine(directory, "config.json"));
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var tensors = model.NamedTensors()
            .OrderBy(t => t.Key, StringComparer.Ordinal)
            .Select(t => KeyValuePair.Create(t.Key, t.Value.detach().to(type)));
        SafetensorsFile.Write(Path.Combine(directory, WeightsFile), tensors);
    }

    private static List<SafetensorsFile> OpenShards(string directory)
    {
        var names = new List<string> { WeightsFile };
        var index = Path.Combine(directory, IndexFile);
        if (!File.Exists(Path.Combine(directory, WeightsFile)))
        {
            names = File.Exists(index)
                ? ReadIndex(index)
                : throw new CheckpointException($"{directory} holds neither {WeightsFile} nor {IndexFile}; give a model directory in the Hugging Face layout.");
        }

        var open = new List<SafetensorsFile>();
        try
        {
            foreach (var name in names)
            {
                open.Add(SafetensorsFile.Open(Path.Combine(directory, name)));
            }

            return open;
        }
        catch
        {
            open.ForEach(f => f.Dispose());
            throw;
        }
    }

    private static List<string> ReadIndex(string index)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(index));
            var shards = json.RootElement.GetProperty("weight_map").EnumerateObject()
                .Select(w => w.Value.GetString() ?? "").Distinct().ToList();
            // A shard lies beside its index; anything else would let a file name other files of the machine.
            return shards.All(s => s.Length > 0 && Path.GetFileName(s) == s)
                ? shards
                : throw new CheckpointException($"{index} names a shard outside its directory.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CheckpointException($"{index} is not an index of safetensors shards: {e.Message}", e);
        }
    }

    private static void CheckNames(string directory, WhisperConfig config, List<SafetensorsFile> files)
    {
        var expected = TensorShapes.Of(config);
        var found = new Dictionary<string, long[]>();
        foreach (var (name, entry) in files.SelectMany(f => f.Entries))
        {
            if (!found.TryAdd(name, entry.Shape))
            {
                throw new CheckpointException($"{directory}: two shards hold tensor {name}.");
            }
        }

        found.Remove(TiedOutput);
        foreach (var (name, shape) in expected)
        {
            if (!found.TryGetValue(name, out var actual))
            {
                throw new CheckpointException($"{directory} lacks tensor {name} of shape {SafetensorsFile.Text(shape)}, which its config.json asks for.");
            }

            if (!actual.AsSpan().SequenceEqual(shape))
            {
                throw new CheckpointException($"{directory}: tensor {name} has shape {SafetensorsFile.Text(actual)}, its config.json asks for {SafetensorsFile.Text(shape)}.");
            }
        }

        if (found.Keys.FirstOrDefault(name => !expected.ContainsKey(name)) is { } superfluous)
        {
            throw new CheckpointException($"{directory} holds tensor {superfluous} of shape {SafetensorsFile.Text(found[superfluous])}, which its config.json does not ask for.");
        }
    }
}
