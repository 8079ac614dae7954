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

    /// <summary>A new folder under the system's temporary one, removed at the end.</summary>
    public sealed class Folder : IDisposable
    {
        public Folder() => Directory.CreateDirectory(Path);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"lab-test-{Guid.NewGuid():N}");

        public string File(string name) => System.IO.Path.Combine(Path, name);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
