namespace DistilWhisperLab.Audio;

/// <summary>A file that cannot be read as audio, or audio that cannot be used; the message says which and what to do.</summary>
public sealed class AudioException : LabException
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public AudioException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public AudioException(string message, Exception inner) : base(message, inner)
    {
    }
}
