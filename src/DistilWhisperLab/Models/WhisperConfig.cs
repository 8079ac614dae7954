using System.Text.Json;
using System.Text.Json.Serialization;
using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Models;

/// <summary>
/// The dimensions of a Whisper model, as in the Hugging Face file <c>config.json</c>. Keys that the lab does not use
/// are kept in <see cref="Other"/> and written back, so that a distilled model's file differs from its teacher's in
/// the layers only.
/// </summary>
public sealed record WhisperConfig
{
    /// <summary>Tokens of the vocabulary: text, specials and timestamps.</summary>
    [JsonPropertyName("vocab_size")]
    public required int VocabularySize { get; init; }

    /// <summary>Mel bins of the input: 80, or 128 from large-v3 on.</summary>
    [JsonPropertyName("num_mel_bins")]
    public required int MelBins { get; init; }

    /// <summary>Width of the residual stream, encoder and decoder alike.</summary>
    [JsonPropertyName("d_model")]
    public required int Width { get; init; }

    /// <summary>Transformer blocks of the encoder.</summary>
    [JsonPropertyName("encoder_layers")]
    public required int EncoderLayers { get; init; }

    /// <summary>Attention heads of each encoder block.</summary>
    [JsonPropertyName("encoder_attention_heads")]
    public required int EncoderHeads { get; init; }

    /// <summary>Hidden width of each encoder block's feed-forward network.</summary>
    [JsonPropertyName("encoder_ffn_dim")]
    public required int EncoderFeedForward { get; init; }

    /// <summary>Transformer blocks of the decoder.</summary>
    [JsonPropertyName("decoder_layers")]
    public required int DecoderLayers { get; init; }

    /// <summary>Attention heads of each decoder block.</summary>
    [JsonPropertyName("decoder_attention_heads")]
    public required int DecoderHeads { get; init; }

    /// <summary>Hidden width of each decoder block's feed-forward network.</summary>
    [JsonPropertyName("decoder_ffn_dim")]
    public required int DecoderFeedForward { get; init; }

    /// <summary>Encoder positions of one window, 50 a second: 1500 for 30 s.</summary>
    [JsonPropertyName("max_source_positions")]
    public required int MaxSourcePositions { get; init; }

    /// <summary>Decoder positions: 448 for every published model.</summary>
    [JsonPropertyName("max_target_positions")]
    public required int MaxTargetPositions { get; init; }

    /// <summary>Every other key of the file, as read.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Other { get; init; } = [];

    /// <summary>Mel frames of one window: two for each encoder position.</summary>
    [JsonIgnore]
    public int WindowFrames => 2 * MaxSourcePositions;

    /// <summary>Length of one window in samples at 16 kHz.</summary>
    [JsonIgnore]
    public int WindowSamples => WindowFrames * Audio.LogMelSpectrogram.HopLength;

    /// <summary>Length of one window in seconds.</summary>
    [JsonIgnore]
    public double WindowSeconds => MaxSourcePositions / 50.0;

    /// <summary>
    /// The number of parameters, counted from the dimensions alone (the output projection is the token embedding).
    /// Encoder positions are counted although they are never trained, as the paper and the model cards do.
    /// </summary>
    [JsonIgnore]
    public long Parameters =>
        EncoderParameters + DecoderParameters;

    /// <summary>Parameters of the encoder: convolutions, positions, blocks and final norm.</summary>
    [JsonIgnore]
    public long EncoderParameters =>
        Convolution(MelBins) + Convolution(Width)
        + (long)MaxSourcePositions * Width
        + EncoderLayers * (Attention + FeedForward(EncoderFeedForward) + 2 * Norm)
        + Norm;

    /// <summary>Parameters of the decoder: token embedding, positions, blocks and final norm.</summary>
    [JsonIgnore]
    public long DecoderParameters =>
        ((long)VocabularySize + MaxTargetPositions) * Width
        + DecoderLayers * (2 * Attention + FeedForward(DecoderFeedForward) + 3 * Norm)
        + Norm;

    private long Norm => 2L * Width;

    // Four projections with bias, but the key projection has none.
    private long Attention => 4L * Width * Width + 3L * Width;

    private long FeedForward(int hidden) => 2L * Width * hidden + hidden + Width;

    private long Convolution(int channels) => 3L * channels * Width + Width;

    /// <summary>Reads and checks a <c>config.json</c>.</summary>
    /// <exception cref="CheckpointException">The file is missing, is no JSON, lacks a key or contradicts itself.</exception>
    public static WhisperConfig Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new CheckpointException($"{path} does not exist; give a directory with config.json and model.safetensors in the Hugging Face layout.");
        }

        try
        {
            var config = JsonSerializer.Deserialize<WhisperConfig>(File.ReadAllBytes(path))
                ?? throw new CheckpointException($"{path} holds null in place of a Whisper configuration.");
            config.Check(path);
            return config;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} is not a Whisper configuration: {e.Message}", e);
        }
    }

    /// <summary>The same with the weights' stored type, in which Transformers then loads them.</summary>
    internal WhisperConfig StoredAs(torch.ScalarType type)
    {
        var key = Other.ContainsKey("dtype") ? "dtype" : "torch_dtype"; // the newer name and the older
        return this with
        {
            Other = new(Other) { [key] = JsonSerializer.SerializeToElement(type.ToString().ToLowerInvariant()) },
        };
    }

    /// <summary>Writes the configuration as <c>config.json</c>.</summary>
    public void Save(string path) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Indented) + "\n");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal void Check(string path)
    {
        (string Key, int Value)[] positive =
        [
            ("vocab_size", VocabularySize), ("num_mel_bins", MelBins), ("d_model", Width),
            ("encoder_layers", EncoderLayers), ("encoder_attention_heads", EncoderHeads),
            ("encoder_ffn_dim", EncoderFeedForward), ("decoder_layers", DecoderLayers),
            ("decoder_attention_heads", DecoderHeads), ("decoder_ffn_dim", DecoderFeedForward),
            ("max_source_positions", MaxSourcePositions), ("max_target_positions", MaxTargetPositions),
        ];
        foreach (var (key, value) in positive)
        {
            // The largest published values are 51,866 and 32 layers; a limit keeps a damaged file from asking for terabytes.
            var limit = key.EndsWith("_layers", StringComparison.Ordinal) ? 256 : 1 << 20;
            if (value <= 0 || value > limit)
            {
                throw new CheckpointException($"{path} has {key} = {value}, expected between 1 and {limit}.");
            }
        }

        if (Width % 2 != 0 || Width < 4)
        {
            throw new CheckpointException($"{path} has d_model = {Width}, expected an even number from 4 on: half of the positions are sines.");
        }

        // What is written here would be computed otherwise than this library does.
        (string Key, string Expected)[] fixedKeys =
        [
            ("model_type", "\"whisper\""), ("activation_function", "\"gelu\""), ("scale_embedding", "false"), ("tie_word_embeddings", "true"),
        ];
        foreach (var (key, expected) in fixedKeys)
        {
            if (Other.TryGetValue(key, out var value) && value.GetRawText() != expected)
            {
                throw new CheckpointException($"{path} has {key} = {value.GetRawText()}, expected {expected}: that is no Whisper as published.");
            }
        }

        if (Width % EncoderHeads != 0 || Width % DecoderHeads != 0)
        {
            throw new CheckpointException($"{path} has d_model = {Width}, which {EncoderHeads} encoder or {DecoderHeads} decoder heads do not divide.");
        }
    }
}
