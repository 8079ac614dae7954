namespace DistilWhisperLab.Corpora;

/// <summary>
/// The utterances of Parquet shards, from those of their columns whose type fits. Columns of a manifest are taken under
/// its names; sets of others name the text and the speaker in several ways.
/// </summary>
internal sealed class ParquetRows
{
    private static readonly string[] TextColumns =
        ["text", "sentence", "transcription", "norm_text", "transcript", "normalized_text", "raw_transcription", "raw_text"];

    private static readonly string[] SpeakerColumns = ["speaker_id", "client_id"];

    private readonly RepeatedTexts _texts = new();
    private readonly Numbering<(string Split, string Recording)> _positions = new();
    private readonly string _domain;

    private ParquetRows(string domain) => _domain = domain;

    /// <summary>Reads all rows, without their audio; a duration is 0 where only the audio tells it.</summary>
    /// <param name="shards">With their names in <see cref="Utterance.Audio"/>, in order.</param>
    /// <param name="domain">Of rows that name none.</param>
    /// <param name="stop">Ends the reading between two shards.</param>
    /// <exception cref="CorpusException">A shard lacks audio or text, or a row is wrong.</exception>
    public static IReadOnlyList<Utterance> Of(
        IReadOnlyList<(string Name, ParquetShard Shard)> shards, string domain, CancellationToken stop)
    {
        var ids = shards.Select(s => Names(s.Shard, "id")).ToList();
        var known = new HashSet<string>();
        // FLEURS gives one number to all who read a sentence.
        if (!shards.All(s => IsOurs(s.Shard)) && !ids.All(column => column is not null && column.All(id => id is not null && known.Add(id))))
        {
            ids = [.. ids.Select(_ => (string?[]?)null)];
        }

        var reader = new ParquetRows(domain);
        var rows = new List<Utterance>();
        foreach (var ((name, shard), own) in shards.Zip(ids))
        {
            stop.ThrowIfCancellationRequested();
            rows.AddRange(reader.Read(name, shard, own));
        }

        return rows;
    }

    private static bool IsOurs(ParquetShard shard) => shard.Metadata.ContainsKey(ParquetShards.LabKey);

    private static string?[]? Texts(ParquetShard shard, string column) =>
        shard.Column(column, ParquetColumn.IsText) is { } cells ? Array.ConvertAll(cells, ParquetColumn.Text) : null;

    /// <summary>A column of texts or numbers that name something.</summary>
    private static string?[]? Names(ParquetShard shard, string column) =>
        shard.Column(column, field => ParquetColumn.IsText(field) || ParquetColumn.IsNumber(field)) is { } cells
            ? Array.ConvertAll(cells, ParquetColumn.Text)
            : null;

    private IEnumerable<Utterance> Read(string name, ParquetShard shard, string?[]? ids)
    {
        if (!shard.Columns.Contains("audio"))
        {
            throw new CorpusException($"{shard.File} has no column audio; it has {string.Join(", ", shard.Columns)}.");
        }

        if (!shard.HasAudioBytes)
        {
            throw new CorpusException($"{shard.File} has no bytes in its column audio; write the shards with the audio embedded.");
        }

        var text = TextColumns.Select(c => Texts(shard, c)).FirstOrDefault(c => c is not null)
            ?? throw new CorpusException($"{shard.File} has no column {string.Join(", ", TextColumns[..^1])} or {TextColumns[^1]} of texts; it has {string.Join(", ", shard.Columns)}.");
        var speakers = SpeakerColumns.Select(c => Names(shard, c)).FirstOrDefault(c => c is not null);
        var chapters = Names(shard, "chapter_id");
        var (recordings, positions) = (Texts(shard, "recording"), shard.Column("position", ParquetColumn.IsWhole));
        var (domains, splits) = (Texts(shard, "domain"), Texts(shard, "split"));
        var (voices, faults) = (Texts(shard, "voice"), Texts(shard, "fault"));
        var durations = IsOurs(shard) ? shard.Column("duration", ParquetColumn.IsNumber) : null;
        var (stem, named) = (Path.ChangeExtension(name, null), ShardNames.Split(shard.File));
        for (var row = 0; row < shard.Rows; row++)
        {
            string? Cell(string?[]? column) => column?[row] is { } cell ? _texts.Of(cell) : null;

            var place = $"{shard.File}, row {row + 1}";
            if (string.IsNullOrWhiteSpace(text[row]))
            {
                throw new CorpusException($"{place} has an empty text.");
            }

            var duration = Convert.ToDouble(durations?[row] ?? 0);
            if (durations?[row] is not null && (!double.IsFinite(duration) || duration <= 0))
            {
                throw new CorpusException($"{place} has a duration of {duration} s; a duration is a finite number above 0.");
            }

            var id = ids?[row] ?? $"{stem}-{row}";
            var (split, speaker) = (Cell(splits) ?? named, Cell(speakers) is { Length: > 0 } given ? given : null);
            var spoken = speaker is null ? null : Cell(chapters) is { } chapter ? _texts.Of($"{speaker}-{chapter}") : speaker;
            var recording = Cell(recordings) ?? spoken ?? id;
            var position = _positions.Next((split, recording));
            yield return new Utterance(
                id,
                $"{name}#{row}",
                Start: 0,
                duration,
                text[row]!,
                Cell(domains) ?? _domain,
                split,
                speaker ?? Cell(voices) ?? Utterance.UnknownVoice,
                recording,
                recordings?[row] is not null && positions?[row] is { } number && Convert.ToInt64(number) is >= 0 and <= int.MaxValue and var own
                    ? (int)own
                    : position,
                Cell(faults));
        }
    }
}
