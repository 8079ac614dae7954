using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Models;

/// <summary>
/// A Whisper model: an encoder that hears and a decoder that writes (Radford et al. 2022; paper §3). Parameters carry
/// the names of Hugging Face checkpoints (<c>model.decoder.layers.0.self_attn.k_proj.weight</c>).
/// </summary>
public sealed class WhisperModel : Module
{
    /// <summary>Creates a randomly initialised model; seed libtorch before for a reproducible one.</summary>
    /// <param name="config">The dimensions.</param>
    /// <param name="device">
    /// Where the weights lie; the CPU by default. On <see cref="META"/> they have shapes and no memory: for counting,
    /// and for a loader that puts its own in their place.
    /// </param>
    public WhisperModel(WhisperConfig config, Device? device = null) : base("model")
    {
        Config = config;
        register_module("encoder", Encoder = new AudioEncoder(config, device));
        register_module("decoder", Decoder = new TextDecoder(config, device));
    }

    /// <summary>The dimensions.</summary>
    public WhisperConfig Config { get; }

    /// <summary>The encoder.</summary>
    public AudioEncoder Encoder { get; }

    /// <summary>The decoder.</summary>
    public TextDecoder Decoder { get; }

    /// <summary>Where the weights lie.</summary>
    public Device Device
    {
        get
        {
            // TorchSharp's embedding makes a new handle of its weights for everyone who asks.
            using var scope = NewDisposeScope();
            return Decoder.TokenEmbedding.device;
        }
    }

    /// <summary>Logits of whole sequences given log-mel spectrograms.</summary>
    /// <param name="mel"><c>[batch, mels, frames]</c>.</param>
    /// <param name="tokens">int64 <c>[batch, n]</c>.</param>
    /// <returns><c>[batch, n, vocabulary]</c>.</returns>
    public Tensor forward(Tensor mel, Tensor tokens) => Decoder.Logits(Decoder.forward(tokens, Encoder.forward(mel)));

    /// <summary>Every tensor of the checkpoint by its Hugging Face name, <c>model.</c> in front.</summary>
    public IReadOnlyDictionary<string, Tensor> NamedTensors() =>
        named_parameters().ToDictionary(p => "model." + p.name, p => (Tensor)p.parameter);
}
