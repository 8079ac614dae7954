using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// The durations of audio that no table gives, taken once and kept in <c>.durations.tsv</c> beside the corpus, or,
/// where that cannot be written, in the folder for temporary files. A duration holds as long as its file keeps size
/// and date.
/// </summary>
internal static class DurationIndex
{
    private const string FileName = ".durations.tsv";

    // So much is lost at the most where a long first reading is killed.
    private const int RowsBetweenSaves = 20_000;

    /// <summary>The utterances of a source with the durations of their audio.</summary>
    /// <param name="folder">The corpus's.</param>
    /// <param name="source">Each utterance is all of its audio; those with a duration above 0 keep it.</param>
    /// <param name="measure">The seconds of the audio that <see cref="Utterance.Audio"/> names.</param>
    /// <param name="progress">Told of every audio measured.</param>
    /// <param name="stop">Ends the measuring; what was measured is kept.</param>
    /// <exception cref="CorpusException">A row's audio is none; the first such row is named.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the message says how to go on.</exception>
    public static IReadOnlyList<Utterance> Fill(
        string folder, CorpusSource source, Func<string, double> measure, IProgress<Progress>? progress, CancellationToken stop)
    {
        int[] open = [.. Enumerable.Range(0, source.Utterances.Count).Where(row => source.Utterances[row].Duration <= 0)];
        if (open is [])
        {
            return source.Utterances;
        }

        string[] places = [Path.Combine(folder, FileName), Temporary(folder)];
        var known = Read(places);
        var keys = new Dictionary<int, (string Audio, string Stamp)>(open.Length);
        var stamps = new Dictionary<string, string>();
        foreach (var row in open)
        {
            stop.ThrowIfCancellationRequested();
            var audio = source.Utterances[row].Audio;
            keys[row] = (audio, Stamp(source.File(audio), stamps));
        }

        var missing = open.Where(row => !known.ContainsKey(keys[row])).ToArray();
        var done = 0;
        foreach (var rows in missing.Chunk(RowsBetweenSaves))
        {
            try
            {
                Measure(
                    rows,
                    row =>
                    {
                        known[keys[row]] = Seconds(source, row, measure);
                        progress?.Report(new Progress("durations", Interlocked.Increment(ref done), missing.Length));
                    },
                    stop);
            }
            catch (OperationCanceledException)
            {
                throw new OperationCanceledException(
                    $"{done} of {missing.Length} durations are taken and kept; run the same command again to go on.", stop);
            }
            finally
            {
                Save(places, known);
            }
        }

        return [.. source.Utterances.Select((utterance, row) =>
            keys.TryGetValue(row, out var key) ? utterance with { Duration = known[key] } : utterance)];
    }

    private static double Seconds(CorpusSource source, int row, Func<string, double> measure)
    {
        try
        {
            return measure(source.Utterances[row].Audio);
        }
        catch (AudioException e)
        {
            throw new CorpusException($"{source.Place(row)} has no usable audio: {e.Message}", e);
        }
    }

    /// <summary>Measures rows until one fails, and then throws what the lowest of those that failed did.</summary>
    private static void Measure(int[] rows, Action<int> measure, CancellationToken stop)
    {
        (int Row, ExceptionDispatchInfo Error)? failed = null;
        var gate = new Lock();
        // Handed out one by one, in order: rows that share a shard are wanted at about the same time, and every row
        // before one that fails is measured too.
        var options = new ParallelOptions { CancellationToken = stop };
        Parallel.ForEach(Partitioner.Create(rows, EnumerablePartitionerOptions.NoBuffering), options, (row, loop) =>
        {
            try
            {
                measure(row);
            }
            catch (Exception e)
            {
                loop.Stop();
                lock (gate)
                {
                    failed = failed?.Row < row ? failed : (row, ExceptionDispatchInfo.Capture(e));
                }
            }
        });
        failed?.Error.Throw();
    }

    /// <summary>What changes when a file does.</summary>
    private static string Stamp(string file, Dictionary<string, string> known)
    {
        if (!known.TryGetValue(file, out var stamp))
        {
            var info = new FileInfo(file);
            known[file] = stamp = $"{info.Length}-{info.LastWriteTimeUtc.Ticks}";
        }

        return stamp;
    }

    private static ConcurrentDictionary<(string Audio, string Stamp), double> Read(string[] places)
    {
        var known = new ConcurrentDictionary<(string, string), double>();
        foreach (var line in places.Where(File.Exists).SelectMany(File.ReadLines))
        {
            if (line.Split('\t', 3) is [var seconds, var stamp, var audio]
                && double.TryParse(seconds, CultureInfo.InvariantCulture, out var duration)
                && duration > 0)
            {
                known[(audio, stamp)] = duration;
            }
        }

        return known;
    }

    private static void Save(string[] places, ConcurrentDictionary<(string Audio, string Stamp), double> known)
    {
        var text = new StringBuilder();
        foreach (var ((audio, stamp), seconds) in known.OrderBy(k => k.Key.Audio, StringComparer.Ordinal))
        {
            text.Append($"{seconds:R}\t{stamp}\t{audio}\n");
        }

        try
        {
            AtomicFile.WriteText(places[0], text.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AtomicFile.WriteText(places[1], text.ToString());
        }
    }

    private static string Temporary(string folder)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..16];
        return Path.Combine(Path.GetTempPath(), "distilwhisperlab-" + Environment.UserName, "durations", name + ".tsv");
    }
}
