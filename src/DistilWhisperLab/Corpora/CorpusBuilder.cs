using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Builds the splits of a specification: sentences, speech, recordings of many utterances, manifests. Every random
/// choice follows from the seed, the split and the utterance's number, so the result does not depend on the number of
/// threads; recordings that a stopped build left behind are kept.
/// </summary>
public sealed class CorpusBuilder
{
    // At under four seconds an utterance, a recording lasts less than ten minutes.
    private const int UtterancesPerRecording = 125;
    private const double PauseSeconds = 0.25;

    private readonly CorpusSpecification _specification;
    private readonly int _utterancesPerRecording;
    private readonly Synthesiser _synthesiser;
    private readonly Dictionary<string, string[]> _texts;

    /// <summary>Writes all splits' sentences; a sentence belongs to one split.</summary>
    /// <exception cref="CorpusException">The grammar is broken or has too few sentences.</exception>
    public CorpusBuilder(CorpusSpecification specification) : this(specification, UtterancesPerRecording)
    {
    }

    internal CorpusBuilder(CorpusSpecification specification, int utterancesPerRecording)
    {
        (_specification, _utterancesPerRecording) = (specification, utterancesPerRecording);
        _synthesiser = new Synthesiser(specification);
        _texts = Write(specification);
    }

    /// <summary>The sentences of each split, in the order of its utterances.</summary>
    public IReadOnlyDictionary<string, string[]> Sentences => _texts;

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
        if (!_texts.TryGetValue(split, out var texts))
        {
            throw new CorpusException($"The specification has no split {split}; it has {string.Join(", ", _texts.Keys)}.");
        }

        // Better now than after the first recording.
        await ExternalTool.RunAsync(Espeak.Program, ["--version"], default, stop);
        await ExternalTool.RunAsync(VorbisFile.Program, ["-version"], default, stop);
        var recordings = texts.Index().Chunk(_utterancesPerRecording).ToArray();
        var unfinished = new UnfinishedSplit(directory, split, _specification);
        var names = Enumerable.Range(0, recordings.Length).Select(number => $"{split}-{number:000}").ToArray();
        var missing = names.Index().Where(r => !unfinished.Has(r.Item)).ToArray();
        var total = missing.Sum(r => recordings[r.Index].Length);
        var kept = texts.Length - total;
        var detail = kept > 0 ? $"{kept} kept from before" : null;
        var done = 0;
        progress.Report(new Progress(split, 0, total, detail));
        try
        {
            var options = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = threads };
            await Parallel.ForEachAsync(missing, options, async (recording, cancelled) =>
            {
                var (clip, rows) = await RecordAsync(
                    split,
                    recording.Item,
                    recordings[recording.Index],
                    () => progress.Report(new Progress(split, Interlocked.Increment(ref done), total, detail)),
                    cancelled);
                await unfinished.SaveAsync(recording.Item, clip, rows, cancelled);
            });
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(
                $"{names.Count(unfinished.Has)} of {names.Length} recordings of {split} are finished and kept; run the same command again to go on.");
        }

        unfinished.Finish(names);
    }

    private async Task<(AudioClip Clip, List<Utterance> Rows)> RecordAsync(
        string split, string name, (int Index, string Text)[] texts, Action report, CancellationToken stop)
    {
        var samples = new List<float>();
        var utterances = new List<Utterance>();
        var voices = _specification.VoicesOf(split);
        foreach (var (index, text) in texts)
        {
            var random = Seeds.Random(_specification.Seed, Place(split), index);
            var voice = voices[random.Next(voices.Count)];
            var clip = await _synthesiser.SpeakAsync(text, voice, random, stop);
            utterances.Add(new Utterance(
                $"{split}-{index:00000}",
                $"{split}/{name}.ogg",
                Seconds(samples.Count),
                Seconds(clip.Samples.Length),
                text,
                _specification.Domain,
                split,
                voice,
                name,
                utterances.Count));
            samples.AddRange(clip.Samples);
            samples.AddRange(new float[(int)(PauseSeconds * clip.SampleRate)]);
            report();
        }

        return (new AudioClip([.. samples], LogMelSpectrogram.SampleRate), utterances);
    }

    private static double Seconds(int samples) => Math.Round((double)samples / LogMelSpectrogram.SampleRate, 4);

    /// <summary>A number for a split's name, the same in every process.</summary>
    private static long Place(string split) => split.Aggregate(17L, (hash, letter) => hash * 31 + letter);

    private static Dictionary<string, string[]> Write(CorpusSpecification specification)
    {
        var grammar = new Grammar(specification.Grammar);
        var used = new HashSet<string>();
        var texts = new Dictionary<string, string[]>();
        foreach (var (split, settings) in specification.Splits)
        {
            var random = Seeds.Random(specification.Seed, Place(split), -1);
            texts[split] = new string[settings.Utterances];
            for (var (count, attempts) = (0, 0); count < settings.Utterances; attempts++)
            {
                if (attempts > 100 * settings.Utterances)
                {
                    throw new CorpusException($"The grammar has too few sentences for the {settings.Utterances} of split {split}.");
                }

                var text = grammar.Sentence(random);
                if (used.Add(text))
                {
                    texts[split][count++] = text;
                }
            }
        }

        return texts;
    }
}
