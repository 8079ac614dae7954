using System.Diagnostics;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Evaluation;

/// <summary>How long models take, one clip at a time (the paper's batch of 1), features and encoder included.</summary>
/// <param name="Seconds">For each model the seconds of each clip.</param>
public sealed record DecodingTime(IReadOnlyList<double[]> Seconds)
{
    /// <summary>
    /// Measures models on the same clips. They take turns clip by clip, so that a slow moment of the machine meets all
    /// of them, after one round to warm up.
    /// </summary>
    public static DecodingTime Of(IReadOnlyList<Transcriber> models, IReadOnlyList<AudioClip> clips)
    {
        var seconds = models.Select(_ => new double[clips.Count]).ToArray();
        foreach (var model in models)
        {
            model.Transcribe([clips[0]], batch: 1);
        }

        for (var clip = 0; clip < clips.Count; clip++)
        {
            for (var model = 0; model < models.Count; model++)
            {
                var start = Stopwatch.GetTimestamp();
                models[model].Transcribe([clips[clip]], batch: 1);
                seconds[model][clip] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        return new DecodingTime(seconds);
    }

    /// <summary>A model's mean seconds a clip.</summary>
    public double Mean(int model) => Seconds[model].Average();

    /// <summary>How many times as fast one model is as another: the quotient of their times over all clips.</summary>
    public double Speedup(int model, int reference) => Seconds[reference].Sum() / Seconds[model].Sum();

    /// <summary>The 95 % interval of <see cref="Speedup"/>, clips drawn with replacement, the same for both models.</summary>
    public Interval SpeedupInterval(int model, int reference, int seed) =>
        Bootstrap.Interval(
            Seconds[model].Length,
            drawn => drawn.Sum(i => Seconds[reference][i]) / drawn.Sum(i => Seconds[model][i]),
            seed);
}
