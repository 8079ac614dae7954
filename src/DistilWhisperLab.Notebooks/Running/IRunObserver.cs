namespace DistilWhisperLab.Notebooks.Running;

/// <summary>Is told how a run goes, to show it while it happens.</summary>
public interface IRunObserver
{
    /// <summary>A notebook begins.</summary>
    void NotebookStarted(string name, int number, int total);

    /// <summary>A cell begins: the <paramref name="number"/>-th of <paramref name="total"/> code cells.</summary>
    void CellStarted(NotebookCell cell, int number, int total);

    /// <summary>A cell ended, well or not.</summary>
    void CellFinished(NotebookCell cell, int number, int total, TimeSpan elapsed);

    /// <summary>A notebook ended.</summary>
    void NotebookFinished(NotebookResult result);
}
