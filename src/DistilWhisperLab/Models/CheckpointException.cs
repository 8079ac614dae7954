namespace DistilWhisperLab.Models;

/// <summary>A model directory or one of its files is missing, damaged or not what its configuration says.</summary>
public sealed class CheckpointException : LabException
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public CheckpointException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public CheckpointException(string message, Exception inner) : base(message, inner)
    {
    }
}
