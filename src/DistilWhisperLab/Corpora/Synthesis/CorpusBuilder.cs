using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>
/// Builds the splits of a specification: sentences, speech, recordings of many utterances, manifests. Every random
/// choice follows from the seed, the split, the domain and the utterance's number, so the result does not depend on the
/// number of threads; recordings that a stopped build left behind are kept.
/// </summary>
public sealed class CorpusBuilder
{
    private readonly CorpusSpecification _specification;
    private readonly Recorder _recorder;

    /// <summary>Writes all splits' sentences; a sentence belongs to one split.</summary>
    /// <exception cref="CorpusException">A file of sentences is missing, wrong, or has too few.</exception>
    public CorpusBuilder(CorpusSpecification specification)
    {
        _specification = specification;
        Sentences = new WorldSentences(specification);
        _recorder = new Recorder(specification, Sentences);
    }

    /// <summary>The sentences of each split.</summary>
    public WorldSentences Sentences { get; }

    /// <summary>
    /// The voices of some splits that differ in name alone, in groups (<see cref="VoiceComparison"/>). Nothing forbids
    /// them, but who holds out one of them holds out nothing.
    /// </summary>
    /// <param name="splits">Their names.</param>
    /// <param name="stop">Ends the comparison.</param>
    /// <exception cref="LabException">A synthesiser is missing, or does not know a voice.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> VoicesAlikeAsync(IEnumerable<string> splits, CancellationToken stop)
    {
        var voices = splits.SelectMany(VoicesOf).Distinct().ToList();
        await RequireVariantsAsync(voices, stop);
        return await VoiceComparison.AlikeAsync(voices, stop);
    }

    /// <summary>Builds one split: <c>{split}.jsonl</c> and its recordings beside it.</summary>
    /// <param name="split">Its name in the specification.</param>
    /// <param name="directory">Receives the files.</param>
    /// <param name="threads">How many recordings are made at once.</param>
    /// <param name="progress">Told of every utterance.</param>
    /// <param name="stop">Ends the build.</param>
    /// <exception cref="LabException">The split is unknown, or a synthesiser or encoder is missing or fails.</exception>
    /// <exception cref="OperationCanceledException">The build was stopped; the message says how to go on.</exception>
    public async Task BuildAsync(
        string split, string directory, int threads, IProgress<Progress> progress, CancellationToken stop)
    {
        _specification.RequireSplit(split);
        var programs = await ProgramsAsync(split, stop);
        var plans = RecordingPlan.Of(_specification, Sentences, split);
        var unfinished = new UnfinishedSplit(directory, split, Content(split, plans), programs);
        if (unfinished.IsFinished)
        {
            progress.Report(new Progress(split, 1, 1, "finished before"));
            return;
        }

        var missing = plans.Where(p => !unfinished.Has(p.Name)).ToArray();
        // A long recording ends when it is long enough, whatever is left to say.
        var counted = _specification.Splits[split].LongForm is null;
        long? total = counted ? missing.Sum(p => p.Sentences.Count) : null;
        var kept = plans.Count - missing.Length;
        var detail = kept > 0 ? $"{kept} recordings kept from before" : null;
        var done = 0;
        progress.Report(new Progress(split, 0, total, detail));
        try
        {
            var options = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = threads };
            await Parallel.ForEachAsync(missing, options, async (plan, cancelled) =>
            {
                var (clip, rows) = await _recorder.RecordAsync(
                    plan, () => progress.Report(new Progress(split, Interlocked.Increment(ref done), total, detail)), cancelled);
                await unfinished.SaveAsync(plan.Name, clip, rows, cancelled);
            });
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(
                $"{plans.Count(p => unfinished.Has(p.Name))} of {plans.Count} recordings of {split} are finished and kept; run the same command again to go on.");
        }

        unfinished.Finish([.. plans.Select(p => p.Name)]);
    }

    /// <summary>All of the specification that decides a split's audio; another split's settings do not.</summary>
    private string Content(string split, IEnumerable<RecordingPlan> plans)
    {
        var own = _specification with
        {
            Domains = _specification.DomainsOf(split).ToDictionary(d => d, d => _specification.Domains[d]),
            Splits = new Dictionary<string, SplitSpecification> { [split] = _specification.Splits[split] },
        };
        return own.ToJson() + string.Join('\n', plans.SelectMany(p => p.Sentences));
    }

    /// <summary>The programs that make a split's audio, with their versions; asked first, since one may be missing.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ProgramsAsync(string split, CancellationToken stop)
    {
        var voices = VoicesOf(split).ToList();
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var program in voices.Select(Voice.ExecutableOf).Append(VorbisFile.Program).Distinct())
        {
            versions[program] = await ExternalTool.VersionAsync(program, stop);
        }

        await RequireVariantsAsync(voices, stop);
        return versions;
    }

    private static Task RequireVariantsAsync(IEnumerable<string> voices, CancellationToken stop) =>
        Espeak.RequireVariantsAsync(voices.Where(v => Voice.ExecutableOf(v) == Espeak.Program).Select(Voice.OwnName), stop);

    private IEnumerable<string> VoicesOf(string split) => _specification.DomainsOf(split)
        .Select(d => _specification.Domains[d])
        .SelectMany(d => d.Voices.Concat(d.UnseenVoices))
        .Concat(_specification.Foreign.Keys);
}
