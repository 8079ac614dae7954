using System.Globalization;

namespace DistilWhisperLab.Distillation;

/// <summary>One of several runs that divide a work among them.</summary>
/// <param name="Index">Which, from 1.</param>
/// <param name="Count">How many there are.</param>
public sealed record Shard(int Index, int Count)
{
    /// <summary>The whole work.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Reads <c>2/8</c>, the second of eight.</summary>
    /// <exception cref="LabException">It is no such pair.</exception>
    public static Shard Parse(string text) =>
        text.Split('/') is [var first, var second] && Number(first) is { } index && Number(second) is { } count && index >= 1 && index <= count
            ? new Shard(index, count)
            : throw new LabException($"\"{text}\" is no shard; write 2/8 for the second of eight, counted from 1.");

    /// <summary>
    /// The task of a Slurm array job, from <c>SLURM_ARRAY_TASK_ID</c>, <c>_MIN</c> and <c>_COUNT</c>; the whole work
    /// outside of one.
    /// </summary>
    /// <param name="variable">The value of an environment variable; null where it is not set.</param>
    /// <exception cref="LabException">The array's tasks are not numbered one after the other.</exception>
    public static Shard FromSlurm(Func<string, string?> variable)
    {
        if (Number(variable("SLURM_ARRAY_TASK_ID")) is not { } id || Number(variable("SLURM_ARRAY_TASK_COUNT")) is not { } count)
        {
            return Whole;
        }

        var index = id - (Number(variable("SLURM_ARRAY_TASK_MIN")) ?? 0) + 1;
        return index >= 1 && index <= count
            ? new Shard(index, count)
            : throw new LabException($"Task {id} of the Slurm array is none of {count} numbered one after the other; submit with --array=0-{count - 1}.");
    }

    /// <summary>Whether a part of the work, counted from zero, is this run's.</summary>
    public bool Has(int part) => part % Count == Index - 1;

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => $"{Index}/{Count}";

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
