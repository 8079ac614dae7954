namespace DistilWhisperLab.Corpora;

/// <summary>A specification, a manifest or the audio that it names is missing or wrong.</summary>
public sealed class CorpusException : LabException
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public CorpusException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public CorpusException(string message, Exception inner) : base(message, inner)
    {
    }
}
