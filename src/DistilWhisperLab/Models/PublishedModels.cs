namespace DistilWhisperLab.Models;

/// <summary>The dimensions of every published Whisper and Distil-Whisper model, for tables and counts without a download.</summary>
public static class PublishedModels
{
    private const int EnglishOnly = 51864;
    private const int Multilingual = 51865;
    private const int WithCantonese = 51866; // from large-v3 on

    /// <summary>The configurations by hub name, smallest first.</summary>
    public static IReadOnlyDictionary<string, WhisperConfig> All { get; } = new OrderedDictionary<string, WhisperConfig>
    {
        ["openai/whisper-tiny.en"] = Model(384, 6, 4, 4, EnglishOnly),
        ["openai/whisper-tiny"] = Model(384, 6, 4, 4, Multilingual),
        ["openai/whisper-base.en"] = Model(512, 8, 6, 6, EnglishOnly),
        ["openai/whisper-base"] = Model(512, 8, 6, 6, Multilingual),
        ["distil-whisper/distil-small.en"] = Model(768, 12, 12, 4, EnglishOnly),
        ["openai/whisper-small.en"] = Model(768, 12, 12, 12, EnglishOnly),
        ["openai/whisper-small"] = Model(768, 12, 12, 12, Multilingual),
        ["distil-whisper/distil-medium.en"] = Model(1024, 16, 24, 2, EnglishOnly),
        ["distil-whisper/distil-large-v2"] = Model(1280, 20, 32, 2, Multilingual),
        ["distil-whisper/distil-large-v3"] = Model(1280, 20, 32, 2, WithCantonese, melBins: 128),
        ["distil-whisper/distil-large-v3.5"] = Model(1280, 20, 32, 2, WithCantonese, melBins: 128),
        ["openai/whisper-medium.en"] = Model(1024, 16, 24, 24, EnglishOnly),
        ["openai/whisper-medium"] = Model(1024, 16, 24, 24, Multilingual),
        ["openai/whisper-large-v3-turbo"] = Model(1280, 20, 32, 4, WithCantonese, melBins: 128),
        ["openai/whisper-large"] = Model(1280, 20, 32, 32, Multilingual),
        ["openai/whisper-large-v2"] = Model(1280, 20, 32, 32, Multilingual),
        ["openai/whisper-large-v3"] = Model(1280, 20, 32, 32, WithCantonese, melBins: 128),
    };

    private static WhisperConfig Model(int width, int heads, int encoderLayers, int decoderLayers, int vocabulary, int melBins = 80) => new()
    {
        VocabularySize = vocabulary,
        MelBins = melBins,
        Width = width,
        EncoderLayers = encoderLayers,
        EncoderHeads = heads,
        EncoderFeedForward = 4 * width,
        DecoderLayers = decoderLayers,
        DecoderHeads = heads,
        DecoderFeedForward = 4 * width,
        MaxSourcePositions = 1500,
        MaxTargetPositions = 448,
    };
}
