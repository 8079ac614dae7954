using DistilWhisperLab.Runtime;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// Shows the progress of a long operation in one place: in a notebook an output that is rewritten, on a console one
/// line of standard error. It starts with the first report and closes with <see cref="Dispose"/>.
/// </summary>
public sealed class LabProgress : IProgress<Progress>, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TextWriter _console;
    private readonly bool _rewrite;
    private readonly TimeSpan _pause;
    private readonly Lock _gate = new();
    private readonly long _start;
    private long _shown;
    private Progress _latest;
    private DisplayedValue? _display;
    private bool _any;

    /// <summary>Starts the clock.</summary>
    public LabProgress() : this(TimeProvider.System, Console.Error, rewrite: !Console.IsErrorRedirected)
    {
    }

    internal LabProgress(TimeProvider clock, TextWriter console, bool rewrite)
    {
        (_clock, _console, _rewrite) = (clock, console, rewrite);

        // A log file wants few lines; an eye wants smooth ones.
        _pause = KernelInvocationContext.Current is not null || rewrite
            ? TimeSpan.FromMilliseconds(250)
            : TimeSpan.FromSeconds(10);
        _start = clock.GetTimestamp();
    }

    /// <summary>Takes a report; shows it unless one has just been shown. May be called from any thread.</summary>
    public void Report(Progress value)
    {
        lock (_gate)
        {
            _latest = value;
            if (!_any || _clock.GetElapsedTime(_shown) >= _pause)
            {
                Show(finished: false);
            }
        }
    }

    /// <summary>Shows the last report as finished.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_any)
            {
                Show(finished: true);
            }
        }
    }

    private void Show(bool finished)
    {
        _any = true;
        _shown = _clock.GetTimestamp();
        var view = new ProgressView(_latest, _clock.GetElapsedTime(_start), finished);
        if (_display is not null)
        {
            _display.Update(view);
        }
        else if (KernelInvocationContext.Current is { } context)
        {
            _display = context.Display(view);
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
}
