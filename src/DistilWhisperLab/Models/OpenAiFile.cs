using System.Collections;
using System.IO.Compression;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// A model as openai/whisper publishes it: a <c>.pt</c> file that <c>torch.save</c> wrote, a zip archive of a pickled
/// <c>{dims, model_state_dict}</c> and one entry for each tensor's bytes. Nothing that the pickle names is run.
/// </summary>
internal sealed class OpenAiFile : StoredWeights
{
    private const int MaxPickleBytes = 64 << 20; // that of the largest published model is below 200 kB

    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly Dictionary<string, PickledTensor> _places;

    private OpenAiFile(string path, WhisperConfig config, ZipArchive archive, string folder, Dictionary<string, PickledTensor> places)
        : base(path, config)
    {
        (_archive, _folder, _places) = (archive, folder, places);
        Tensors = places.ToDictionary(p => p.Key, p => new StoredTensor(p.Value.Type, p.Value.Shape));
    }

    public override IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <exception cref="CheckpointException">The file is no such archive, or holds no Whisper.</exception>
    public static OpenAiFile Read(string path)
    {
        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(path);
            var pickle = archive.Entries.FirstOrDefault(e => e.Name == "data.pkl") ?? throw new InvalidDataException("it has no data.pkl");
            var root = (Hashtable)PyTorchPickle.Load(ReadAll(pickle));
            var config = Dimensions((Hashtable)root["dims"]!);
            config.Check(path);
            var tensors = ((Hashtable)root["model_state_dict"]!).Cast<DictionaryEntry>()
                .ToDictionary(e => HuggingFaceName((string)e.Key), e => (PickledTensor)e.Value!);
            return new OpenAiFile(path, config, archive, pickle.FullName[..^pickle.Name.Length], tensors);
        }
        catch (Exception e) // whatever zip and pickle make of a damaged or a foreign file
        {
            archive?.Dispose();
            throw e as CheckpointException ?? new CheckpointException(
                $"{path} is neither a model directory nor a .pt file of openai/whisper ({e.Message.ReplaceLineEndings(" ")}); a file in PyTorch's format before 1.6 must be saved anew with a later PyTorch.", e);
        }
    }

    public override void ReadInto(string name, Tensor target)
    {
        var place = _places.GetValueOrDefault(name) ?? throw new CheckpointException($"{Path} holds no tensor {name}.");
        if (!place.Shape.AsSpan().SequenceEqual(target.shape))
        {
            throw new CheckpointException($"{Path}: tensor {name} has shape {Text(place.Shape)}, expected {Text(target.shape)}.");
        }

        if (!place.IsContiguous)
        {
            throw new CheckpointException($"{Path}: tensor {name} is not stored row by row; save it anew with contiguous().");
        }

        try
        {
            var entry = _archive.GetEntry(_folder + "data/" + place.Key) ?? throw new InvalidDataException($"the archive lacks its entry {place.Key}");
            using var bytes = entry.Open();
            Skip(bytes, place.Offset * place.Type.ElementSize());
            TensorStream.Read(bytes, place.Type, target);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new CheckpointException($"{Path}: tensor {name} cannot be read: {e.Message}", e);
        }
    }

    public override void Dispose() => _archive.Dispose();

    // openai/whisper, class ModelDimensions.
    private static WhisperConfig Dimensions(Hashtable dims)
    {
        var width = Size("n_audio_state");
        // openai/whisper, Whisper.is_multilingual: the vocabulary of the English-only models lacks one piece.
        var endOfText = Size("n_vocab") >= 51865 ? 50257 : 50256;
        return Size("n_text_state") == width
            ? new WhisperConfig
            {
                VocabularySize = Size("n_vocab"),
                MelBins = Size("n_mels"),
                Width = width,
                EncoderLayers = Size("n_audio_layer"),
                EncoderHeads = Size("n_audio_head"),
                EncoderFeedForward = checked(4 * width),
                DecoderLayers = Size("n_text_layer"),
                DecoderHeads = Size("n_text_head"),
                DecoderFeedForward = checked(4 * width),
                MaxSourcePositions = Size("n_audio_ctx"),
                MaxTargetPositions = Size("n_text_ctx"),
                Other = CompanionFiles.ConfigurationKeys(endOfText, endOfText + 1),
            }
            : throw new InvalidDataException("encoder and decoder are of different widths");

        int Size(string name) => dims[name] is int size ? size : throw new InvalidDataException($"its dims lack {name}");
    }

    private static readonly (string OpenAi, string HuggingFace)[] Parts =
    [
        (".blocks.", ".layers."), (".cross_attn_ln.", ".encoder_attn_layer_norm."), (".cross_attn.", ".encoder_attn."),
        (".attn_ln.", ".self_attn_layer_norm."), (".attn.", ".self_attn."), (".mlp_ln.", ".final_layer_norm."),
        (".mlp.0.", ".fc1."), (".mlp.2.", ".fc2."), (".query.", ".q_proj."), (".key.", ".k_proj."), (".value.", ".v_proj."),
        (".out.", ".out_proj."), (".ln_post.", ".layer_norm."), (".ln.", ".layer_norm."),
        (".token_embedding.", ".embed_tokens."), (".positional_embedding", ".embed_positions.weight"),
    ];

    private static string HuggingFaceName(string name) =>
        "model." + Parts.Aggregate(name, (text, part) => text.Replace(part.OpenAi, part.HuggingFace));

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new byte[entry.Length <= MaxPickleBytes ? entry.Length : throw new InvalidDataException($"its data.pkl has {entry.Length} bytes")];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Skip(Stream stream, long count)
    {
        var buffer = new byte[81920];
        while (count > 0)
        {
            var part = (int)Math.Min(count, buffer.Length);
            stream.ReadExactly(buffer, 0, part);
            count -= part;
        }
    }
}
