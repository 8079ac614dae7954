namespace DistilWhisperLab.Runtime;

/// <summary>
/// How far a long operation is. Operations of the library take an <see cref="IProgress{T}"/> of it and know nothing
/// of who shows it.
/// </summary>
/// <param name="Description">What is being done, for example "training".</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all, or null when not known.</param>
/// <param name="Detail">The latest figure worth showing, for example "loss 1.23".</param>
public readonly record struct Progress(string Description, long Done, long? Total = null, string? Detail = null)
{
    /// <summary>The part done, in [0, 1]; null when <see cref="Total"/> is not known.</summary>
    public double? Fraction => Total is null ? null : Total <= 0 ? 1 : Math.Clamp((double)Done / Total.Value, 0, 1);
}
