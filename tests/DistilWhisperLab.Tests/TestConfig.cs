using DistilWhisperLab.Models;

namespace DistilWhisperLab.Tests;

/// <summary>Small things that many tests need.</summary>
internal static class Tiny
{
    /// <summary>A Whisper of some thousand parameters: 0.4 s window, two layers each, two heads.</summary>
    public static WhisperConfig Config(int encoderLayers = 2, int decoderLayers = 2, int vocabulary = 40) => new()
    {
        VocabularySize = vocabulary,
        MelBins = 8,
        Width = 16,
        EncoderLayers = encoderLayers,
        EncoderHeads = 2,
        EncoderFeedForward = 32,
        DecoderLayers = decoderLayers,
        DecoderHeads = 2,
        DecoderFeedForward = 32,
        MaxSourcePositions = 20,
        MaxTargetPositions = 24,
    };
}
