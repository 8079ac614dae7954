using System.Diagnostics;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>Transcribes a test set and times it.</summary>
internal static class SetTranscription
{
    /// <summary>
    /// Word errors and real-time factor of a set. Features and encoder are timed, reading the audio is not. An utterance
    /// longer than the window is transcribed as a long recording is.
    /// </summary>
    public static RunOutcome Measure(
        Transcriber model, EvaluationSet set, EvaluationSettings settings, IProgress<Progress>? progress, CancellationToken stop)
    {
        var config = model.Model.Config;
        using var longForm = set.HasLongerThan(config.WindowSeconds)
            ? new SequentialTranscriber(model.Model, model.Tokenizer)
            : null;
        var noise = settings.Noise?.Mixer(settings.Decoding.Seed);
        var (references, written) = (new List<string>(), new List<string>());
        double computing = 0, heard = 0;
        foreach (var items in set.Items().Chunk(set.IsLong ? 1 : settings.Batch))
        {
            stop.ThrowIfCancellationRequested();
            var clips = items.Select((item, i) => noise is null ? item.Clip : noise(item.Clip, references.Count + i)).ToList();
            var clock = Stopwatch.StartNew();
            var within = new Queue<DecodingResult>(model.Transcribe([.. clips.Where(Fits)], settings.Decoding, settings.Batch));
            written.AddRange(clips.Select(clip => Fits(clip)
                ? within.Dequeue().Text
                : longForm!.Transcribe(clip, settings.LongForm, cancellation: stop).Text));
            computing += clock.Elapsed.TotalSeconds;
            heard += clips.Sum(clip => clip.Duration);
            references.AddRange(items.Select(item => item.Reference));
            progress?.Report(new Progress($"Evaluating {set.Name}", references.Count, set.Count));
        }

        return SetResult.Outcome(WordErrorRate.Of(references, written, settings.Decoding.Language ?? "en") with { Turns = set.IsLong ? null : set.Corpus.Turns }, computing / heard);

        bool Fits(AudioClip clip) => longForm is null || (!set.IsLong && clip.Samples.Length <= config.WindowSamples);
    }
}
