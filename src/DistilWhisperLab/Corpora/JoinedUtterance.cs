namespace DistilWhisperLab.Corpora;

/// <summary>A stretch of one recording, from the first utterance's start to the last one's end.</summary>
internal sealed record AudioSpan(Utterance First, Utterance Last)
{
    public double Start => First.Start;

    public double End => Last.Start + Last.Duration;
}

/// <summary>A row and the utterances that it was made of; an ordinary row is its own and only part.</summary>
internal sealed record JoinedUtterance(Utterance Row, IReadOnlyList<Utterance> Parts)
{
    // Seconds are added up to this many digits, so that rounding decides nothing.
    private const int Digits = 6;

    /// <summary>
    /// The stretches of audio that the parts lie in: one where they share a recording's file, pauses between them
    /// included, one a file where each part has its own.
    /// </summary>
    public IEnumerable<AudioSpan> Spans => SpansOf(Parts);

    /// <summary>Joins consecutive rows of one recording and one voice as long as they fit a window.</summary>
    /// <param name="rows">In the corpus's order.</param>
    /// <param name="window">In seconds; a row that is longer by itself stays as it is.</param>
    public static IEnumerable<JoinedUtterance> Join(IEnumerable<JoinedUtterance> rows, double window)
    {
        var pending = new List<JoinedUtterance>();
        foreach (var row in rows)
        {
            if (pending.Count > 0 && !(Follows(pending[^1].Parts[^1], row.Row) && Duration(PartsOf([.. pending, row])) <= window))
            {
                yield return Merge(pending);
                pending.Clear();
            }

            pending.Add(row);
        }

        if (pending.Count > 0)
        {
            yield return Merge(pending);
        }
    }

    private static bool Follows(Utterance earlier, Utterance later) =>
        later.Recording == earlier.Recording
        && later.Voice == earlier.Voice
        && later.Domain == earlier.Domain
        && later.Split == earlier.Split
        && later.Position == earlier.Position + 1
        && (later.Audio != earlier.Audio || later.Start >= earlier.Start);

    private static JoinedUtterance Merge(IReadOnlyList<JoinedUtterance> rows)
    {
        if (rows is [var only])
        {
            return only;
        }

        var parts = PartsOf(rows);
        var faults = parts.Select(p => p.Fault).OfType<string>().ToList();
        var row = parts[0] with
        {
            Id = $"{parts[0].Id}+{parts.Count - 1}",
            Duration = Duration(parts),
            Text = string.Join(' ', parts.Select(p => p.Text)),
            Fault = faults.Count > 0 ? string.Join(',', faults) : null,
        };
        return new JoinedUtterance(row, parts);
    }

    private static List<Utterance> PartsOf(IEnumerable<JoinedUtterance> rows) => [.. rows.SelectMany(r => r.Parts)];

    private static double Duration(IReadOnlyList<Utterance> parts) =>
        Math.Round(SpansOf(parts).Sum(s => s.End - s.Start), Digits);

    private static IEnumerable<AudioSpan> SpansOf(IReadOnlyList<Utterance> parts)
    {
        var first = 0;
        for (var i = 1; i <= parts.Count; i++)
        {
            if (i == parts.Count || parts[i].Audio != parts[first].Audio)
            {
                yield return new AudioSpan(parts[first], parts[i - 1]);
                first = i;
            }
        }
    }
}
