namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>A sentence as a transcript has it, and as it is read out: "Dr. Lane paid $5." and "doctor Lane paid five dollars."</summary>
/// <param name="Written">The text of the manifest.</param>
/// <param name="Spoken">What the synthesiser is given, since each reads figures and abbreviations in its own way.</param>
public readonly record struct Sentence(string Written, string Spoken)
{
    /// <summary>A sentence that is read as it is written.</summary>
    public static Sentence Plain(string text) => new(text, text);
}
