namespace DistilWhisperLab.Experiments;

/// <summary>A run ledger cannot be read or written, or what is to go into it is no run.</summary>
public sealed class LedgerException : LabException
{
    /// <summary>Creates the exception with the sentence that the user reads.</summary>
    public LedgerException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with the sentence that the user reads and the error beneath it.</summary>
    public LedgerException(string message, Exception inner) : base(message, inner)
    {
    }
}
