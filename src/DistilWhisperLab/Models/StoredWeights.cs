using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>What a file says of one of its tensors.</summary>
/// <param name="Type">The stored element type.</param>
/// <param name="Shape">The shape.</param>
public record StoredTensor(ScalarType Type, long[] Shape)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));
}

/// <summary>
/// A model as it lies on the disk: its configuration and a table of its tensors under their Hugging Face names, read
/// on opening, and the tensors themselves, read one by one on demand.
/// </summary>
public abstract class StoredWeights : IDisposable
{
    /// <summary>The output projection, which Whisper ties to the token embedding: it may be stored or left out.</summary>
    internal const string TiedOutput = "proj_out.weight";

    private protected StoredWeights(string path, WhisperConfig config) => (Path, Config) = (path, config);

    /// <summary>The directory or file, for messages.</summary>
    public string Path { get; }

    /// <summary>The dimensions.</summary>
    public WhisperConfig Config { get; }

    /// <summary>The tensors by their Hugging Face names.</summary>
    public abstract IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Opens a model directory in the Hugging Face layout, or one of OpenAI's <c>.pt</c> files.</summary>
    /// <param name="path">The directory or file.</param>
    /// <exception cref="CheckpointException">It is neither, or damaged.</exception>
    public static StoredWeights Open(string path) => Open(path, "");

    /// <summary>Opens what holds the tensors whose names begin so; shards without any of them need not exist.</summary>
    internal static StoredWeights Open(string path, string prefix)
    {
        if (Directory.Exists(path))
        {
            return new SafetensorsDirectory(path, prefix);
        }

        return File.Exists(path)
            ? OpenAiFile.Read(path)
            : throw new CheckpointException($"{path} does not exist; give a directory with config.json and {Checkpoint.WeightsFile} in the Hugging Face layout, or one of OpenAI's .pt files.");
    }

    /// <summary>Reads one tensor into an existing one of the same shape, converting to its type and device.</summary>
    /// <exception cref="CheckpointException">No such tensor, its shape differs, or the file is damaged.</exception>
    public abstract void ReadInto(string name, Tensor target);

    /// <summary>Closes the files.</summary>
    public abstract void Dispose();

    /// <summary>Demands every tensor of the architecture whose name begins so, with its shape, and no others.</summary>
    internal void Check(string prefix)
    {
        var expected = TensorShapes.Of(Config).Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary();
        foreach (var (name, shape) in expected)
        {
            if (!Tensors.TryGetValue(name, out var found))
            {
                throw new CheckpointException($"{Path} lacks tensor {name} of shape {Text(shape)}, which its configuration asks for.");
            }

            if (!found.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new CheckpointException($"{Path}: tensor {name} has shape {Text(found.Shape)}, its configuration asks for {Text(shape)}.");
            }
        }

        foreach (var (name, found) in Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal) && !expected.ContainsKey(t.Key)))
        {
            // Whether a stored output projection agrees with the embedding, only their elements can tell.
            if (name != TiedOutput)
            {
                throw new CheckpointException($"{Path} holds tensor {name} of shape {Text(found.Shape)}, which its configuration does not ask for.");
            }
        }
    }

    internal static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
