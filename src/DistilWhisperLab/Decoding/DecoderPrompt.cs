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
        return
        [
            .. PreviousText(tokenizer, before, positions, own: 0),
            .. tokenizer.StartSequence(language, options.Task, options.Timestamps),
        ];
    }

    /// <summary>
    /// The text before behind <c>&lt;|startofprev|&gt;</c>, cut from the left to half of the positions and to what the
    /// sequence after it leaves.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="before">Tokens of the text before.</param>
    /// <param name="positions">The decoder's positions.</param>
    /// <param name="own">Tokens of the sequence that is learned behind it; 0 while it is yet to be written.</param>
    /// <returns>Empty without text, or where no room is left for any.</returns>
    public static IReadOnlyList<int> PreviousText(
        WhisperTokenizer tokenizer, IReadOnlyList<int> before, int positions, int own)
    {
        // The last token of a sequence is no input.
        var room = Math.Min(positions / 2 - 1, positions - own);
        return before.Count == 0 || room < 1 ? [] : [tokenizer.StartOfPrev, .. before.Skip(before.Count - room)];
    }
}
