namespace DistilWhisperLab.Distillation;

/// <summary>The loss or its gradient is no number any more.</summary>
public sealed class TrainingDivergedException : LabException
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public TrainingDivergedException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public TrainingDivergedException(string message, Exception inner) : base(message, inner)
    {
    }
}
