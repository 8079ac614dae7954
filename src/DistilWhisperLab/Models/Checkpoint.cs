using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// Models from and to the disk: directories in the Hugging Face layout (<c>config.json</c> and
/// <c>model.safetensors</c>, in one file or in shards) and, to read only, OpenAI's <c>.pt</c> files. Whatever the
/// sizes, the weights are held in memory once.
/// </summary>
public static class Checkpoint
{
    /// <summary>The weights' file name.</summary>
    public const string WeightsFile = "model.safetensors";

    private const string EncoderPrefix = "model.encoder.";
    private const string TokenEmbedding = "model.decoder.embed_tokens.weight";

    /// <summary>
    /// Loads a model. Every tensor of the architecture must be there with its shape and nothing else may be; the
    /// output projection, which is the token embedding, may be stored beside it or left out.
    /// </summary>
    /// <param name="path">A directory with <c>config.json</c> and the weights, or a <c>.pt</c> file.</param>
    /// <param name="device">Where the weights go; the CPU by default.</param>
    /// <param name="type">Their type in memory, whatever the file's.</param>
    /// <exception cref="CheckpointException">A file is missing or damaged, a tensor is missing, superfluous or misshapen.</exception>
    public static WhisperModel Load(string path, Device? device = null, ScalarType type = ScalarType.Float32)
    {
        using var stored = StoredWeights.Open(path);
        stored.Check(prefix: "");
        using var placeholders = NewDisposeScope();
        var model = new WhisperModel(stored.Config, META);
        try
        {
            Fill(model, "model.", stored, device ?? CPU, type);
            CheckTie(stored, model.Decoder.TokenEmbedding);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Loads the encoder alone. The decoder's tensors, and shards that hold nothing else, are neither read nor missed.
    /// </summary>
    /// <param name="path">As for <see cref="Load"/>.</param>
    /// <param name="device">Where the weights go; the CPU by default.</param>
    /// <param name="type">Their type in memory, whatever the file's.</param>
    /// <exception cref="CheckpointException">A file is missing or damaged, a tensor of the encoder is missing, superfluous or misshapen.</exception>
    public static AudioEncoder LoadEncoder(string path, Device? device = null, ScalarType type = ScalarType.Float32)
    {
        using var stored = StoredWeights.Open(path, EncoderPrefix);
        stored.Check(EncoderPrefix);
        using var placeholders = NewDisposeScope();
        var encoder = new AudioEncoder(stored.Config, META);
        try
        {
            Fill(encoder, EncoderPrefix, stored, device ?? CPU, type);
            return encoder;
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>Writes configuration and weights; each file appears only when complete, the weights last.</summary>
    /// <param name="model">The model.</param>
    /// <param name="directory">Created where it does not exist.</param>
    /// <param name="type">The stored type; the model's own, which keeps every bit, by default. Published checkpoints use float16.</param>
    public static void Save(WhisperModel model, string directory, ScalarType? type = null)
    {
        Directory.CreateDirectory(directory);
        var stored = type ?? model.Decoder.TokenEmbedding.dtype;
        model.Config.StoredAs(stored).Save(Path.Combine(directory, "config.json"));
        SafetensorsFile.Write(
            Path.Combine(directory, WeightsFile), model.NamedTensors().OrderBy(t => t.Key, StringComparer.Ordinal), type: stored);
    }

    /// <summary>Gives a module that was built without memory its parameters, one by one, each read straight into its place.</summary>
    private static void Fill(nn.Module module, string prefix, StoredWeights stored, Device device, ScalarType type)
    {
        // TorchSharp lists a module a second time under the name of the field that holds it, after its registered name.
        foreach (var (name, child) in module.named_modules().DistinctBy(m => m.module, ReferenceEqualityComparer.Instance))
        {
            switch (child)
            {
                case Linear linear:
                    linear.weight = Parameter("weight", linear.weight!);
                    linear.bias = linear.bias is null ? null : Parameter("bias", linear.bias);
                    break;
                case Conv1d convolution:
                    convolution.weight = Parameter("weight", convolution.weight!);
                    convolution.bias = Parameter("bias", convolution.bias!);
                    break;
                case LayerNorm norm:
                    norm.weight = Parameter("weight", norm.weight!);
                    norm.bias = Parameter("bias", norm.bias!);
                    break;
                case Embedding embedding:
                    embedding.weight = Parameter("weight", embedding.weight!);
                    break;
            }

            Parameter Parameter(string part, Parameter place)
            {
                var parameter = new Parameter(empty(place.shape, type, device), place.requires_grad);
                stored.ReadInto($"{prefix}{name}.{part}", parameter);
                parameter.DetachFromDisposeScope(); // the caller's scope may end before the model does
                return parameter;
            }
        }

        module.eval();
    }

    /// <summary>A stored output projection must be the token embedding: a model that learnt two is none that this library computes.</summary>
    private static void CheckTie(StoredWeights stored, Tensor embedding)
    {
        if (!stored.Tensors.TryGetValue(StoredWeights.TiedOutput, out var output))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var same = output.Shape.AsSpan().SequenceEqual(embedding.shape);
        if (same)
        {
            var projection = empty_like(embedding);
            stored.ReadInto(StoredWeights.TiedOutput, projection);
            same = projection.eq(embedding).all().item<bool>();
        }

        if (!same)
        {
            throw new CheckpointException($"{stored.Path}: {StoredWeights.TiedOutput} of shape {StoredWeights.Text(output.Shape)} differs from {TokenEmbedding}, to which Whisper ties it; take it out of the file, or use the checkpoint that it came from.");
        }
    }
}
