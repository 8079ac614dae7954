namespace DistilWhisperLab.Text;

/// <summary>A tokenizer's files, or what is asked of a tokenizer, cannot be used; the message says what and why.</summary>
public sealed class TokenizerException : LabException
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public TokenizerException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public TokenizerException(string message, Exception inner) : base(message, inner)
    {
    }
}
