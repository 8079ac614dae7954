namespace DistilWhisperLab.Distillation;

/// <summary>What pseudo-labels are of, and how they were made.</summary>
/// <param name="Model">The teacher, as it was named.</param>
/// <param name="ModelHash">SHA-256 of its weights and configuration (<see cref="Experiments.ContentHash"/>).</param>
/// <param name="Corpus">The manifest, as it was named.</param>
/// <param name="CorpusHash">SHA-256 of its rows and their audio.</param>
/// <param name="Utterances">How many there are.</param>
/// <param name="PartSize">Utterances in a part.</param>
/// <param name="Vocabulary">Tokens of the teacher's vocabulary.</param>
/// <param name="Settings">How the labels were made.</param>
public sealed record LabelProvenance(
    string Model,
    string ModelHash,
    string Corpus,
    string CorpusHash,
    int Utterances,
    int PartSize,
    int Vocabulary,
    PseudoLabelSettings Settings);
