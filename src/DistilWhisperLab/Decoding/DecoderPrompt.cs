using DistilWhisperLab.Text;

namespace DistilWhisperLab.Decoding;

/// <summary>What the decoder reads before it writes (<c>_get_initial_tokens</c> of openai-whisper).</summary>
internal static class DecoderPrompt
{
    /// <summary>
    /// The last tokens of the text before, behind <c>&lt;|startofprev|&gt;</c>, then the start with language and task.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="options">Task and timestamps.</param>
    /// <param name="language">The language, given or detected.</param>
    /// <param name="before">Tokens of the text before; those that are too many are cut from the left.</param>
    /// <param name="positions">The decoder's positions; the prompt may fill half of them.</param>
    public static IReadOnlyList<int> Build(
        WhisperTokenizer tokenizer, DecodingOptions options, string language, IReadOnlyList<int> before, int positions)
    {
        var start = tokenizer.StartSequence(language, options.Task, options.Timestamps);
        var most = positions / 2 - 1;
        return before.Count == 0
            ? start
            : [tokenizer.StartOfPrev, .. before.Skip(before.Count - most), .. start];
    }
}
