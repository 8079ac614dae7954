namespace DistilWhisperLab.Models;

/// <summary>A model directory or one of its files is missing, damaged or not what its configuration says.</summary>
public sealed class CheckpointException : LabException
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public CheckpointException(string message) : base(OneLine(message))
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public CheckpointException(string message, Exception inner) : base(OneLine(message), inner)
    {
    }

    // Names and errors from within a damaged file may hold line breaks, control characters, or a megabyte.
    private static string OneLine(string message)
    {
        const int limit = 1000;
        var line = string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= limit ? line : line[..limit] + "…";
    }
}
