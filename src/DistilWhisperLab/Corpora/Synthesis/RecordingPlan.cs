namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>One recording to be made: some sentences of one domain and split.</summary>
/// <param name="Split">The split.</param>
/// <param name="Domain">The domain.</param>
/// <param name="Number">Its number within both.</param>
/// <param name="First">The number of its first sentence within both.</param>
/// <param name="Sentences">What is said in it, in order; a long-form recording may end before all are said.</param>
internal sealed record RecordingPlan(string Split, string Domain, int Number, int First, IReadOnlyList<Sentence> Sentences)
{
    // At under eight seconds an utterance and its pause, a recording lasts less than ten minutes.
    private const int MostSentences = 60;

    /// <summary>The recording's name, also its files'.</summary>
    public string Name => $"{Domain}-{Number:000}";

    /// <summary>All recordings of a split.</summary>
    /// <param name="specification">Whose split.</param>
    /// <param name="sentences">Its sentences.</param>
    /// <param name="split">Its name.</param>
    public static IReadOnlyList<RecordingPlan> Of(CorpusSpecification specification, WorldSentences sentences, string split)
    {
        var settings = specification.Splits[split];
        var size = settings.LongForm is { } longForm ? settings.Utterances / longForm.Recordings : MostSentences;
        return [.. specification.DomainsOf(split).SelectMany(domain => sentences.Of(split, domain)
            .Chunk(size)
            .Take(settings.LongForm?.Recordings ?? int.MaxValue)
            .Select((chunk, number) => new RecordingPlan(split, domain, number, number * size, chunk)))];
    }
}
