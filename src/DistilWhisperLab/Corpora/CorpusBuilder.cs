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

    // Rows of finished recordings, until all are there and the manifest is written.
    private const string Parts = ".parts";

    private readonly CorpusSpecification _specification;
    private readonly Synthesiser _synthesiser;
    private readonly Dictionary<string, string[]> _texts;

    /// <summary>Writes all splits' sentences; a sentence belongs to one split.</summary>
    /// <exception cref="CorpusException">The grammar is broken or has too few sentences.</exception>
    public CorpusBuilder(CorpusSpecification specification)
    {
        _specification = specification;
        _synthesiser = new Synthesiser(specification);
        _texts = Write(specification);
    }

    /// <summary>Builds one split: <c>{split}.jsonl</c> and its recordings beside it.</summary>
    /// <param name="split">Its name in the specification.</param>
    /// <param name="directory">Receives the files.</param>
    /// <param name="report">Called with the utterances done and the utterances of the split.</param>
    /// <param name="stop">Ends the build after the recordings at hand.</param>
    /// <exception cref="LabException">A synthesiser or encoder is missing.</exception>
    public void Build(string split, string directory, Action<int, int> report, CancellationToken stop)
    {
        if (!_specification.Splits.ContainsKey(split))
        {
            throw new CorpusException($"The specification has no split {split}; it has {string.Join(", ", _specification.Splits.Keys)}.");
        }

        var texts = _texts[split];
        var recordings = texts.Index().Chunk(UtterancesPerRecording).ToArray();
        var rows = new Utterance[recordings.Length][];
        var done = 0;
        Parallel.For(0, recordings.Length, new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount }, number =>
        {
            rows[number] = Record(split, number, recordings[number], directory);
            report(Interlocked.Add(ref done, recordings[number].Length), texts.Length);
        });
        Corpus.Write(Path.Combine(directory, split + ".jsonl"), rows.SelectMany(r => r));
        Directory.Delete(Path.Combine(directory, Parts, split), recursive: true);
    }

    private Utterance[] Record(string split, int number, (int Index, string Text)[] texts, string directory)
    {
        var name = $"{split}-{number:000}";
        var rows = Path.Combine(directory, Parts, split, name + ".jsonl");
        var audio = Path.Combine(directory, split, name + ".ogg");
        if (File.Exists(rows) && File.Exists(audio))
        {
            return [.. Corpus.ReadRows(rows)];
        }

        var samples = new List<float>();
        var utterances = new List<Utterance>();
        foreach (var (index, text) in texts)
        {
            var random = Seeds.Random(_specification.Seed, Place(split), index);
            var voices = _specification.Splits[split].Voices == "unseen" ? _specification.UnseenVoices : _specification.Voices;
            var voice = voices[random.Next(voices.Count)];
            var clip = _synthesiser.Speak(text, voice, random);
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
        }

        VorbisFile.Write(audio, new AudioClip([.. samples], LogMelSpectrogram.SampleRate));
        Corpus.Write(rows, utterances);
        return [.. utterances];
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
