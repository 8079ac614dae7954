using DistilWhisperLab.Runtime;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// Shows the progress of long operations in place: in a notebook an output that is rewritten, on a console one line of
/// standard error. An operation is finished when its total is reached, when another description comes, or with
/// <see cref="Dispose"/>, which an operation without a total needs.
/// </summary>
public sealed class LabProgress : IProgress<Progress>, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TextWriter _console;
    private readonly bool _rewrite;
    private readonly Lock _gate = new();
    private Operation? _operation;

    /// <summary>Shows nothing before the first report.</summary>
    public LabProgress() : this(TimeProvider.System, Console.Error, rewrite: !Console.IsErrorRedirected)
    {
    }

    internal LabProgress(TimeProvider clock, TextWriter console, bool rewrite) =>
        (_clock, _console, _rewrite) = (clock, console, rewrite);

    /// <summary>Takes a report; shows it unless one has just been shown. May be called from any thread.</summary>
    public void Report(Progress value)
    {
        lock (_gate)
        {
            if (_operation?.Latest.Description != value.Description)
            {
                Dispose();
                _operation = new Operation(_clock.GetTimestamp(), value.Done);
            }

            _operation.Latest = value;
            if (value.Fraction == 1)
            {
                Dispose();
            }
            else if (_operation.Shown is not { } shown || _clock.GetElapsedTime(shown) >= Pause)
            {
                Show(_operation, finished: false);
            }
        }
    }

    /// <summary>Shows the operation as finished.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_operation is not null)
            {
                Show(_operation, finished: true);
                _operation = null;
            }
        }
    }

    // A log file wants few lines; an eye wants them smooth.
    private TimeSpan Pause =>
        KernelInvocationContext.Current is not null || _rewrite ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromSeconds(10);

    private void Show(Operation operation, bool finished)
    {
        operation.Shown = _clock.GetTimestamp();
        var view = new ProgressView(operation.Latest, _clock.GetElapsedTime(operation.Start), finished, operation.From);
        if (operation.Display is not null)
        {
            operation.Display.Update(view);
        }
        else if (KernelInvocationContext.Current is { } context)
        {
            operation.Display = context.Display(view);
        }
        else if (_rewrite)
        {
            // Back to the line's start, and clear what a longer line left.
            _console.Write($"\r{view.ToText()}\u001b[K{(finished ? _console.NewLine : "")}");
        }
        else
        {
            _console.WriteLine(view.ToText());
        }
    }

    private sealed class Operation(long start, long from)
    {
        public long Start => start;

        public long From => from;

        public Progress Latest { get; set; }

        public long? Shown { get; set; }

        public DisplayedValue? Display { get; set; }
    }
}
