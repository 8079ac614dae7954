namespace DistilWhisperLab.Decoding;

/// <summary>What a decoder wrote for one window.</summary>
/// <param name="Tokens">The tokens behind the prompt, the end token left out; timestamps included where asked for.</param>
/// <param name="Text">Their text without specials and timestamps, trimmed.</param>
/// <param name="AverageLogProbability">
/// The tokens' summed log-probability, the end's included, divided by their number plus one (as openai-whisper).
/// </param>
/// <param name="NoSpeechProbability">
/// The probability of <c>&lt;|nospeech|&gt;</c> in place of the first token, from the unfiltered logits.
/// </param>
/// <param name="CompressionRatio">Bytes of the text per byte of its zlib compression; above 2.4 it repeats itself.</param>
/// <param name="Temperature">The temperature at which it was written.</param>
/// <param name="Language">The language's code, given or detected; <c>en</c> for English-only models.</param>
public sealed record DecodingResult(
    IReadOnlyList<int> Tokens,
    string Text,
    double AverageLogProbability,
    double NoSpeechProbability,
    double CompressionRatio = 0,
    double Temperature = 0,
    string Language = "en");
