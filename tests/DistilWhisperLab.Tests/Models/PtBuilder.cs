using System.IO.Compression;
using System.Text;
using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

/// <summary>
/// A <c>.pt</c> file as <c>torch.save({"dims": …, "model_state_dict": …})</c> writes it, opcode by opcode (protocol 2):
/// a zip archive of <c>archive/data.pkl</c> and the tensors' bytes.
/// </summary>
internal sealed class PtBuilder
{
    private readonly MemoryStream _pickle = new();
    private readonly List<byte[]> _storages = [];

    public string StorageClass { get; init; } = "HalfStorage";

    /// <summary>OpenAI's names and layout for a model's float16 tensors.</summary>
    public static byte[] Build(WhisperModel model, Action<Dictionary<string, int>>? changeDims = null) =>
        new PtBuilder().Write(model.Config, model.NamedTensors().ToDictionary(t => OpenAiName(t.Key), t => t.Value), changeDims);

    public byte[] Write(WhisperConfig config, IReadOnlyDictionary<string, Tensor> tensors, Action<Dictionary<string, int>>? changeDims = null)
    {
        var dims = new Dictionary<string, int>
        {
            ["n_mels"] = config.MelBins,
            ["n_vocab"] = config.VocabularySize,
            ["n_audio_ctx"] = config.MaxSourcePositions,
            ["n_audio_state"] = config.Width,
            ["n_audio_head"] = config.EncoderHeads,
            ["n_audio_layer"] = config.EncoderLayers,
            ["n_text_ctx"] = config.MaxTargetPositions,
            ["n_text_state"] = config.Width,
            ["n_text_head"] = config.DecoderHeads,
            ["n_text_layer"] = config.DecoderLayers,
        };
        changeDims?.Invoke(dims);
        Op("\u0080\u0002}(");
        Text("dims");
        Op("}(");
        foreach (var (name, value) in dims)
        {
            Text(name);
            Int(value);
        }

        Op("u");
        Text("model_state_dict");
        Op("ccollections\nOrderedDict\n)R(");
        foreach (var (name, tensor) in tensors)
        {
            Text(name);
            Add(tensor);
        }

        Op("u}(");
        Text("_metadata");
        Op("ccollections\nOrderedDict\n)Rubu.");
        return Archive();
    }

    private static string OpenAiName(string name) => name["model.".Length..]
        .Replace("layers.", "blocks.").Replace("self_attn_layer_norm", "attn_ln").Replace("encoder_attn_layer_norm", "cross_attn_ln")
        .Replace("final_layer_norm", "mlp_ln").Replace("self_attn", "attn").Replace("encoder_attn", "cross_attn")
        .Replace("q_proj", "query").Replace("k_proj", "key").Replace("v_proj", "value").Replace("out_proj", "out")
        .Replace("fc1", "mlp.0").Replace("fc2", "mlp.2").Replace("embed_tokens", "token_embedding")
        .Replace("embed_positions.weight", "positional_embedding")
        .Replace("encoder.layer_norm", "encoder.ln_post").Replace("decoder.layer_norm", "decoder.ln");

    private void Add(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var key = _storages.Count;
        // What lies before it in its storage is another's: the offset counts.
        _storages.Add([.. new byte[2 * key], .. tensor.detach().to(ScalarType.Float16).contiguous().bytes]);
        Op("ctorch._utils\n_rebuild_tensor_v2\n((");
        Text("storage");
        Op($"ctorch\n{StorageClass}\n");
        Text($"{key}");
        Text("cpu");
        Int((int)tensor.numel() + key);
        Op("tQ");
        Int(key);
        Tuple(tensor.shape);
        Tuple(tensor.stride());
        Op("\u0089ccollections\nOrderedDict\n)RtR");
    }

    private void Tuple(long[] values)
    {
        Op("(");
        Array.ForEach(values, value => Int((int)value));
        Op("t");
    }

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Op("X");
        _pickle.Write(BitConverter.GetBytes(bytes.Length));
        _pickle.Write(bytes);
    }

    private void Int(int value)
    {
        Op("J");
        _pickle.Write(BitConverter.GetBytes(value));
    }

    private void Op(string codes) => _pickle.Write(Encoding.Latin1.GetBytes(codes));

    private byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Entry(zip, "archive/data.pkl", _pickle.ToArray());
            for (var i = 0; i < _storages.Count; i++)
            {
                Entry(zip, $"archive/data/{i}", _storages[i]);
            }
        }

        return bytes.ToArray();
    }

    private static void Entry(ZipArchive zip, string name, byte[] content)
    {
        using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(content);
    }
}
