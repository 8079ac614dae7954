namespace DistilWhisperLab.Training;

/// <summary>
/// The learning rate over a run: linear warm-up to the peak, then linear decay to zero (paper, T15), or none.
/// </summary>
/// <param name="Peak">The highest rate.</param>
/// <param name="Warmup">Updates until the peak.</param>
/// <param name="Updates">Updates of the whole run.</param>
/// <param name="Constant">Whether the rate stays at the peak, which the authors advise below 5,000 updates.</param>
public sealed record LearningRate(double Peak, int Warmup, int Updates, bool Constant = false)
{
    /// <summary>The rate of an update, counted from zero.</summary>
    public double At(int update) =>
        update < Warmup ? Peak * (update + 1) / Warmup
        : Constant ? Peak
        : Peak * (Updates - update) / Math.Max(1, Updates - Warmup);
}
