using System.Globalization;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// Which labels are trained on (paper §3.1, §9.1): those whose word error rate lies strictly below a threshold. As the
/// authors' code does, labels without a truth and labels all in capitals, a way in which large models fail, are left
/// out as well. It is applied when a training set is opened, so that one labelling serves every threshold.
/// </summary>
/// <param name="Threshold">λ, in percent; null keeps labels whatever their error.</param>
public sealed record PseudoLabelFilter(double? Threshold)
{
    /// <summary>Whether a label is trained on.</summary>
    public bool Keeps(PseudoLabel label) => Fault(label) is null;

    /// <summary>Why a label is left out; null for one that is kept.</summary>
    public string? Fault(PseudoLabel label) =>
        label.TruthWords == 0 ? "no truth"
        : label.Wer >= Threshold ? string.Create(CultureInfo.InvariantCulture, $"WER of {Threshold} % or more")
        : IsCapitals(label.Text) ? "all capitals"
        : null;

    private static bool IsCapitals(string text) =>
        text.Count(char.IsUpper) > 1 && text.Equals(text.ToUpperInvariant(), StringComparison.Ordinal);
}
