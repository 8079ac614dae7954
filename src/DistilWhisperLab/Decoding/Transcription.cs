namespace DistilWhisperLab.Decoding;

/// <summary>The transcript of a recording of any length (openai-whisper's <c>transcribe()</c> result).</summary>
/// <param name="Text">The whole text.</param>
/// <param name="Language">The language's code, given or detected.</param>
/// <param name="Segments">Its segments in order of time.</param>
public sealed record Transcription(string Text, string Language, IReadOnlyList<Segment> Segments);

/// <summary>A stretch of a transcript, usually a phrase or a sentence.</summary>
/// <param name="Seek">The first frame (10 ms) of the window that it was decoded in.</param>
/// <param name="Start">Its start in seconds.</param>
/// <param name="End">Its end in seconds.</param>
/// <param name="Text">Its text, with the blank that stands before it.</param>
/// <param name="Tokens">Its tokens, timestamps included.</param>
/// <param name="Temperature">The temperature at which its window was accepted.</param>
/// <param name="AverageLogProbability">Of its window, see <see cref="DecodingResult.AverageLogProbability"/>.</param>
/// <param name="CompressionRatio">Of its window, see <see cref="DecodingResult.CompressionRatio"/>.</param>
/// <param name="NoSpeechProbability">Of its window, see <see cref="DecodingResult.NoSpeechProbability"/>.</param>
/// <param name="Words">Its words with times, where asked for.</param>
public sealed record Segment(
    int Seek,
    double Start,
    double End,
    string Text,
    IReadOnlyList<int> Tokens,
    double Temperature,
    double AverageLogProbability,
    double CompressionRatio,
    double NoSpeechProbability,
    IReadOnlyList<Word>? Words = null);

/// <summary>A word with its time, from the alignment of the cross-attention.</summary>
/// <param name="Text">The word with the blank before it and the punctuation beside it.</param>
/// <param name="Start">Its start in seconds.</param>
/// <param name="End">Its end in seconds.</param>
/// <param name="Probability">The mean probability of its tokens.</param>
public sealed record Word(string Text, double Start, double End, double Probability);
