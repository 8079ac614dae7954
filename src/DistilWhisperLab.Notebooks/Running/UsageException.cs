namespace DistilWhisperLab.Notebooks.Running;

/// <summary>The command line asks for something that does not exist; the command exits with 2.</summary>
public sealed class UsageException(string message) : LabException(message);
