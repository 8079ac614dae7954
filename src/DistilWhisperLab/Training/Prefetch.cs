using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// Makes what a loop needs next on a thread of its own, a few items ahead. Item n is what <c>make(n)</c> gives,
/// whoever is faster.
/// </summary>
/// <typeparam name="T">An item, which belongs to whoever takes it; those that nobody takes are disposed.</typeparam>
public sealed class Prefetch<T> : IDisposable where T : class, IDisposable
{
    private readonly BlockingCollection<T> _ready;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _error;

    /// <summary>Starts to make items.</summary>
    /// <param name="make">Makes an item by its number; called on the other thread, in order.</param>
    /// <param name="first">The first item's number.</param>
    /// <param name="end">The number behind the last item's.</param>
    /// <param name="depth">Items kept ready.</param>
    public Prefetch(Func<int, T> make, int first, int end, int depth = 3)
    {
        _ready = new BlockingCollection<T>(depth);
        // Beside a loop that uses every core the maker must keep to one thread. libtorch holds the number per thread,
        // and new threads take the one that was set last: so it is set back once the maker has taken its own.
        var threads = get_num_threads();
        using var started = new ManualResetEventSlim();
        _thread = new Thread(() =>
        {
            set_num_threads(1);
            started.Set();
            Work(make, first, end);
        })
        {
            IsBackground = true,
            Name = "Prefetch",
        };
        _thread.Start();
        started.Wait();
        set_num_threads(threads);
    }

    /// <summary>The next item, waited for if need be.</summary>
    /// <exception cref="InvalidOperationException">There is none left. What went wrong in making an item is thrown as it was.</exception>
    public T Take()
    {
        try
        {
            return _ready.Take();
        }
        catch (InvalidOperationException) when (_error is not null)
        {
            _error.Throw();
            throw;
        }
    }

    /// <summary>Ends the thread and disposes what was not taken.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        while (_ready.TryTake(out var item))
        {
            item.Dispose();
        }

        _ready.Dispose();
        _stop.Dispose();
    }

    private void Work(Func<int, T> make, int first, int end)
    {
        try
        {
            for (var number = first; number < end && !_stop.IsCancellationRequested; number++)
            {
                var item = make(number);
                try
                {
                    _ready.Add(item, _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    item.Dispose();
                }
            }
        }
        catch (Exception e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
        }

        _ready.CompleteAdding();
    }
}
