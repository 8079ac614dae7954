namespace DistilWhisperLab.Distillation;

/// <summary>What a run led to.</summary>
/// <param name="Mapping">Where the student's layers came from.</param>
/// <param name="Updates">Updates made.</param>
/// <param name="BestUpdate">The update whose weights the student has.</param>
/// <param name="Utterances">Utterances trained on.</param>
/// <param name="Dropped">Utterances left out, by reason.</param>
/// <param name="LabelWer">The word error rate of the labels trained on, in percent.</param>
/// <param name="Teacher">The teacher on the validation set; null without one.</param>
/// <param name="Student">The student on it.</param>
public sealed record DistillationResult(
    string Mapping,
    int Updates,
    int BestUpdate,
    int Utterances,
    IReadOnlyDictionary<string, int> Dropped,
    double LabelWer,
    ValidationResult? Teacher,
    ValidationResult? Student);
