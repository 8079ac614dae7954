using DistilWhisperLab.Models;

namespace DistilWhisperLab.Benchmarks;

/// <summary>
/// Floating-point operations of a Whisper model, counted from shapes: its convolutions and matrix products, a
/// multiplication and its addition being two. Norms, activations, softmax and losses are left out; causal attention
/// counts whole, as it is computed.
/// </summary>
internal static class ModelFlops
{
    /// <summary>A backward pass takes two products, for inputs and for weights, where the forward pass takes one.</summary>
    public const double ForwardAndBackward = 3;

    /// <summary>The encoder, forward.</summary>
    /// <param name="config">The model.</param>
    /// <param name="batch">Windows.</param>
    /// <param name="frames">Mel frames of each, two for an encoder position.</param>
    public static double Encoder(WhisperConfig config, double batch, double frames)
    {
        double width = config.Width, positions = frames / 2;
        var convolutions = 2 * 3 * width * (config.MelBins * frames + width * positions);
        var layer = positions * (8 * width * width + 4 * positions * width + 4 * width * config.EncoderFeedForward);
        return batch * (convolutions + config.EncoderLayers * layer);
    }

    /// <summary>The decoder, forward, logits included: whole sequences at once, or token after token with a cache.</summary>
    /// <param name="config">The model.</param>
    /// <param name="batch">Sequences.</param>
    /// <param name="tokens">Tokens that each reads.</param>
    /// <param name="frames">Mel frames of the windows that they belong to.</param>
    /// <param name="targets">Tokens whose logits are computed, in all sequences together.</param>
    public static double Decoder(WhisperConfig config, double batch, double tokens, double frames, double targets)
    {
        double width = config.Width;
        var selfAttention = 8 * width * width + 4 * tokens * width;
        var crossAttention = 4 * width * width + 4 * frames / 2 * width;
        var layer = tokens * (selfAttention + crossAttention + 4 * width * config.DecoderFeedForward);
        return batch * config.DecoderLayers * layer + StateProjections(config, batch, frames) + Logits(config, targets);
    }

    /// <summary>The part of <see cref="Decoder"/> that makes the cross-attention's keys and values of the encoder's states.</summary>
    public static double StateProjections(WhisperConfig config, double batch, double frames) =>
        batch * config.DecoderLayers * 4 * (double)config.Width * config.Width * frames / 2;

    /// <summary>The product with the vocabulary.</summary>
    public static double Logits(WhisperConfig config, double targets) => 2 * targets * config.Width * config.VocabularySize;
}
