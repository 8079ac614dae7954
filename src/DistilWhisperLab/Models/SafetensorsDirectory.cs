using System.Text.Json;
using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// A directory in the Hugging Face layout: <c>config.json</c> and <c>model.safetensors</c>, or several shards with
/// <c>model.safetensors.index.json</c>.
/// </summary>
internal sealed class SafetensorsDirectory : StoredWeights
{
    internal const string IndexFile = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _owners = [];
    private readonly Dictionary<string, StoredTensor> _tensors = [];

    public SafetensorsDirectory(string directory, string prefix)
        : base(directory, WhisperConfig.Load(System.IO.Path.Combine(directory, "config.json")))
    {
        try
        {
            foreach (var file in FileNames(directory, prefix))
            {
                Add(SafetensorsFile.Open(System.IO.Path.Combine(directory, file)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    public override void ReadInto(string name, Tensor target) =>
        (_owners.GetValueOrDefault(name) ?? throw new CheckpointException($"{Path} holds no tensor {name}.")).ReadInto(name, target);

    public override void Dispose() => _files.ForEach(file => file.Dispose());

    private void Add(SafetensorsFile file)
    {
        _files.Add(file);
        foreach (var (name, entry) in file.Entries)
        {
            if (!_tensors.TryAdd(name, entry))
            {
                throw new CheckpointException($"{Path}: two shards hold tensor {name}.");
            }

            _owners[name] = file;
        }
    }

    private static List<string> FileNames(string directory, string prefix)
    {
        var index = System.IO.Path.Combine(directory, IndexFile);
        if (File.Exists(System.IO.Path.Combine(directory, Checkpoint.WeightsFile)))
        {
            return [Checkpoint.WeightsFile];
        }

        return File.Exists(index)
            ? Shards(index, prefix)
            : throw new CheckpointException($"{directory} holds neither {Checkpoint.WeightsFile} nor {IndexFile}; give a model directory in the Hugging Face layout.");
    }

    internal static List<string> Shards(string index, string prefix)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(index));
            var shards = json.RootElement.GetProperty("weight_map").EnumerateObject()
                .Where(weight => weight.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(weight => weight.Value.GetString() ?? "").Distinct().ToList();
            // A shard lies beside its index; anything else would let a file name other files of the machine.
            return shards.All(shard => shard.Length > 0 && System.IO.Path.GetFileName(shard) == shard)
                ? shards
                : throw new CheckpointException($"{index} names a shard outside its directory.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{index} is not an index of safetensors shards: {e.Message}", e);
        }
    }
}
