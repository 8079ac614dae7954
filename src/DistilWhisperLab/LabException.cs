namespace DistilWhisperLab;

/// <summary>
/// Something the user can mend: a file, an option, a missing tool. The message is one clear sentence that names the
/// thing, what was expected and what to do; the command line prints it and exits with 1.
/// </summary>
public class LabException : Exception
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public LabException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public LabException(string message, Exception inner) : base(message, inner)
    {
    }
}
