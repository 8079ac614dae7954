using DistilWhisperLab.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Models;

/// <summary>
/// Whisper's encoder: two convolutions with GELU over the log-mel spectrogram, the second with stride two, sinusoidal
/// positions, pre-norm Transformer blocks and a final norm.
/// </summary>
public sealed class AudioEncoder : Module<Tensor, Tensor>
{
    private readonly Conv1d _conv1;
    private readonly Conv1d _conv2;
    private readonly Embedding _positions;
    private readonly ModuleList<EncoderLayer> _layers;
    private readonly LayerNorm _norm;

    /// <summary>Creates a randomly initialised encoder.</summary>
    /// <param name="config">The dimensions.</param>
    /// <param name="device">Where the weights lie; the CPU by default, <see cref="META"/> for none.</param>
    public AudioEncoder(WhisperConfig config, Device? device = null) : base(nameof(AudioEncoder))
    {
        Config = config;
        register_module("conv1", _conv1 = Conv1d(config.MelBins, config.Width, 3, padding: 1, device: device));
        register_module("conv2", _conv2 = Conv1d(config.Width, config.Width, 3, stride: 2, padding: 1, device: device));
        register_module("embed_positions", _positions = Embedding(config.MaxSourcePositions, config.Width, device: device));
        _layers = new ModuleList<EncoderLayer>([.. Enumerable.Range(0, config.EncoderLayers).Select(_ =>
            new EncoderLayer(config.Width, config.EncoderHeads, config.EncoderFeedForward, device))]);
        register_module("layers", _layers);
        register_module("layer_norm", _norm = LayerNorm(config.Width, device: device));

        using var withoutGradient = no_grad();
        using var sinusoids = Sinusoids(config.MaxSourcePositions, config.Width);
        _positions.weight!.copy_(sinusoids);
        _positions.weight.requires_grad_(false);
    }

    /// <summary>The dimensions.</summary>
    public WhisperConfig Config { get; }

    /// <summary>Encodes a batch of log-mel spectrograms.</summary>
    /// <param name="mel"><c>[batch, mels, frames]</c>, frames up to <see cref="WhisperConfig.WindowFrames"/>.</param>
    /// <returns>The encoder's states, <c>[batch, frames / 2, d_model]</c>.</returns>
    public override Tensor forward(Tensor mel)
    {
        var x = functional.gelu(_conv1.forward(mel));
        x = functional.gelu(_conv2.forward(x)).transpose(1, 2);
        x = x.Plus(_positions.weight!.narrow(0, 0, x.shape[1]));
        foreach (var layer in _layers)
        {
            x = layer.forward(x);
        }

        return _norm.forward(x);
    }

    /// <summary>
    /// Sinusoidal positions (the reference's <c>sinusoids</c>): sines in the first half of the channels, cosines in
    /// the second, wavelengths in geometric progression from 2π to 20,000π.
    /// </summary>
    internal static Tensor Sinusoids(int length, int channels)
    {
        using var scope = NewDisposeScope();
        var step = Math.Log(10000) / (channels / 2 - 1);
        var frequencies = (arange(channels / 2, ScalarType.Float32) * -step).exp();
        var angles = arange(length, ScalarType.Float32).unsqueeze(1) * frequencies.unsqueeze(0);
        return cat([angles.sin(), angles.cos()], 1).MoveToOuterDisposeScope();
    }
}

/// <summary>One pre-norm block of the encoder: self-attention, then a feed-forward network.</summary>
internal sealed class EncoderLayer : Module<Tensor, Tensor>
{
    private readonly MultiHeadAttention _attention;
    private readonly LayerNorm _attentionNorm;
    private readonly FeedForward _feedForward;

    public EncoderLayer(int width, int heads, int hidden, Device? device) : base(nameof(EncoderLayer))
    {
        register_module("self_attn", _attention = new MultiHeadAttention(width, heads, device));
        register_module("self_attn_layer_norm", _attentionNorm = LayerNorm(width, device: device));
        _feedForward = new FeedForward(this, width, hidden, device);
    }

    public override Tensor forward(Tensor x)
    {
        x = x.Plus(_attention.SelfAttend(_attentionNorm.forward(x), causal: false));
        return x.Plus(_feedForward.Apply(x));
    }
}

/// <summary>
/// Norm, expansion, GELU, contraction. Registers its layers in the block that it belongs to, because Hugging Face
/// checkpoints name them so (<c>layers.0.fc1</c>, not <c>layers.0.mlp.fc1</c>).
/// </summary>
internal sealed class FeedForward
{
    private readonly Linear _expand;
    private readonly Linear _contract;
    private readonly LayerNorm _norm;

    public FeedForward(Module block, int width, int hidden, Device? device)
    {
        block.register_module("fc1", _expand = Linear(width, hidden, device: device));
        block.register_module("fc2", _contract = Linear(hidden, width, device: device));
        block.register_module("final_layer_norm", _norm = LayerNorm(width, device: device));
    }

    public Tensor Apply(Tensor x) => _contract.forward(functional.gelu(_expand.forward(_norm.forward(x))));
}
