using DistilWhisperLab.Distillation;

namespace DistilWhisperLab.Experiments;

/// <summary>One student of a study: what it starts from, what it learns from, and how.</summary>
/// <param name="Name">What tables call it.</param>
public sealed record StudentSettings(string Name)
{
    /// <summary>λ of the filter in percent; null keeps every pseudo-label.</summary>
    public double? Threshold { get; init; } = 10;

    /// <summary>Of the labels kept, how many windows are trained on, spread evenly over the corpus; null for all.</summary>
    public int? Windows { get; init; }

    /// <summary>The decoder's layers, as <see cref="LayerSelection.Parse"/> reads it.</summary>
    public string Decoder { get; init; } = "spaced";

    /// <summary>How many; as many as are listed, where they are.</summary>
    public int DecoderLayers { get; init; } = 2;

    /// <summary>The encoder's layers, likewise.</summary>
    public string Encoder { get; init; } = "spaced";

    /// <summary>How many; null for all, which stay frozen. A shorter encoder is trained (paper, T12).</summary>
    public int? EncoderLayers { get; init; }

    /// <summary>Objective and schedule; its seed is replaced by the run's.</summary>
    public DistillationSettings Training { get; init; } = new();
}
