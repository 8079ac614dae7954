using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>Makes a recording: people take turns, each in a scene of the domain's acoustics, some utterances with a planted fault.</summary>
internal sealed class Recorder(CorpusSpecification specification, WorldSentences sentences)
{
    // So many utterances by one voice in one place, since neighbours are joined to a window.
    private const int UtterancesPerTurn = 6;

    private static readonly double[] ShortPause = [0.15, 0.4];

    private readonly BabblePool _babble = new(specification, sentences);

    /// <summary>Makes one; every choice follows from the specification's seed and the utterance's place.</summary>
    public async Task<(AudioClip Clip, IReadOnlyList<Utterance> Rows)> RecordAsync(RecordingPlan plan, Action report, CancellationToken stop)
    {
        var take = new Take(specification, plan, await _babble.OfAsync(plan.Split, plan.Domain, stop));
        foreach (var (position, sentence) in plan.Sentences.Index())
        {
            if (take.IsLongEnough)
            {
                break;
            }

            if (position % UtterancesPerTurn == 0)
            {
                take.NextTurn(position / UtterancesPerTurn);
            }

            var random = Seeds.Random(specification.Seed, Place.Of(plan.Split), Place.Of(plan.Domain), plan.First + position);
            var fault = PlantedFaults.Draw(specification.Splits[plan.Split].Faults, random);
            var dry = await DryAsync(plan, position, take.Speaker, fault, random, stop);
            var written = fault == PlantedFaults.WrongTranscript ? Another(plan, position, random).Written : sentence.Written;
            take.Add(dry, written, fault, random);
            report();
        }

        return take.Needed is { } seconds && !take.IsLongEnough
            ? throw new CorpusException($"The recording {plan.Name} of split {plan.Split} ends before {seconds:0} s, since its {plan.Sentences.Count} sentences are all said; raise the split's \"utterances\", or ask for fewer recordings.")
            : take.End();
    }

    private async Task<float[]> DryAsync(
        RecordingPlan plan, int position, Speaker speaker, string? fault, Random random, CancellationToken stop)
    {
        var sentence = plan.Sentences[position];
        Task<float[]> Speak(string text, Speaker who) => Synthesiser.SpeakAsync(text, who, specification.Longest, stop);
        var domain = specification.Domains[plan.Domain];
        switch (fault)
        {
            case PlantedFaults.SecondTalker:
                var others = domain.Voices.Where(v => v != speaker.Voice).DefaultIfEmpty(speaker.Voice).ToList();
                var other = Speaker.Draw(domain, others, random);
                return PlantedFaults.Overlap(await Speak(sentence.Spoken, speaker), await Speak(Another(plan, position, random).Spoken, other));
            case PlantedFaults.Foreign:
                var (voice, texts) = specification.Foreign.ElementAt(random.Next(specification.Foreign.Count));
                return await Speak(texts[random.Next(texts.Count)], speaker with { Voice = voice });
            case PlantedFaults.Nonsense:
                return PlantedFaults.Reverse(await Speak(sentence.Spoken, speaker));
            case PlantedFaults.Music:
                return PlantedFaults.Drown(await Speak(sentence.Spoken, speaker), "music", random);
            case PlantedFaults.NoiseOnly:
                return PlantedFaults.Drown(await Speak(sentence.Spoken, speaker), "pink", random);
            default:
                return await Speak(sentence.Spoken, speaker);
        }
    }

    /// <summary>Any other sentence of the domain in the split.</summary>
    private Sentence Another(RecordingPlan plan, int position, Random random)
    {
        var all = sentences.Of(plan.Split, plan.Domain);
        return all.Count > 1
            ? all[(plan.First + position + 1 + random.Next(all.Count - 1)) % all.Count]
            : throw new CorpusException($"The domain {plan.Domain} has a single sentence in split {plan.Split}; its faults need another one.");
    }

    /// <summary>A recording as it grows.</summary>
    private sealed class Take(CorpusSpecification specification, RecordingPlan plan, Func<int, Random, float[]>? babble)
    {
        private readonly List<float> _samples = [];
        private readonly List<Utterance> _rows = [];
        private readonly SplitSpecification _split = specification.Splits[plan.Split];

        private AcousticScene? _scene;

        // Seconds after which a long recording ends; null for one of a number of utterances.
        public double? Needed { get; } = specification.Splits[plan.Split].LongForm?.EnoughSeconds(
            specification.Longest + ShortPause[1], Seeds.Random(specification.Seed, Place.Of(plan.Split), Place.Of(plan.Domain), -3, plan.Number));

        public Speaker Speaker { get; private set; } = null!;

        public bool IsLongEnough => Seconds(_samples.Count) >= Needed;

        public void NextTurn(int turn)
        {
            var random = Seeds.Random(specification.Seed, Place.Of(plan.Split), Place.Of(plan.Domain), -4, plan.Number, turn);
            var domain = specification.Domains[plan.Domain];
            var unseen = domain.UnseenVoices.Count > 0 && random.NextDouble() < _split.UnseenVoices;
            Speaker = Speaker.Draw(domain, unseen ? domain.UnseenVoices : domain.Voices, random);
            _scene = AcousticScene.Draw(domain.Acoustics, random);
        }

        public void Add(float[] dry, string written, string? fault, Random random)
        {
            var row = new Utterance(
                $"{plan.Split}-{plan.Domain}-{plan.First + _rows.Count:00000}",
                $"{plan.Split}/{plan.Name}.ogg",
                Seconds(_samples.Count),
                Seconds(dry.Length),
                written,
                plan.Domain,
                plan.Split,
                Speaker.Voice,
                plan.Name,
                _rows.Count,
                fault);
            _rows.Add(row);
            // The room rings on and the background goes on in the pause.
            var pause = (int)(ShortPause.Draw(random) * LogMelSpectrogram.SampleRate);
            _samples.AddRange(_scene!.Apply([.. dry, .. new float[pause]], random, babble));
            if (_split.LongForm is { } longForm)
            {
                _samples.AddRange(LongPause.Make(longForm.Pauses, _scene, babble!, random));
            }
        }

        public (AudioClip, IReadOnlyList<Utterance>) End() => (new AudioClip([.. _samples], LogMelSpectrogram.SampleRate), _rows);

        private static double Seconds(int samples) => Math.Round((double)samples / LogMelSpectrogram.SampleRate, 4);
    }
}
