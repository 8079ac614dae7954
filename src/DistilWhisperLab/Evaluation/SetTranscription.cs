using System.Diagnostics;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>Transcribes a test set and times it.</summary>
internal static class SetTranscription
{
    /// <summary>
    /// Word errors and real-time factor of a set. Features and encoder are timed, reading the audio is not.
    /// </summary>
    public static RunOutcome Measure(
        Transcriber model, EvaluationSet set, EvaluationSettings settings, IProgress<Progress>? progress, CancellationToken stop)
    {
        using var longForm = set.IsLong ? new SequentialTranscriber(model.Model, model.Tokenizer) : null;
        var (references, written) = (new List<string>(), new List<string>());
        double computing = 0, heard = 0;
        foreach (var items in set.Items().Chunk(set.IsLong ? 1 : settings.Batch))
        {
            stop.ThrowIfCancellationRequested();
            var clips = items.Select(item => item.Clip).ToList();
            var clock = Stopwatch.StartNew();
            written.AddRange(longForm is null
                ? model.Transcribe(clips, settings.Decoding, settings.Batch).Select(result => result.Text)
                : clips.Select(clip => longForm.Transcribe(clip, settings.LongForm, cancellation: stop).Text));
            computing += clock.Elapsed.TotalSeconds;
            heard += clips.Sum(clip => clip.Duration);
            references.AddRange(items.Select(item => item.Reference));
            progress?.Report(new Progress($"Evaluating {set.Name}", references.Count, set.Count));
        }

        return SetResult.Outcome(WordErrorRate.Of(references, written), computing / heard);
    }
}
