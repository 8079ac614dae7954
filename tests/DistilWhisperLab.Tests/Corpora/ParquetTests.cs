using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using Parquet;
using Parquet.Schema;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class ParquetTests : IDisposable
{
    private static readonly Progress<Progress> Nobody = new();

    private readonly TemporaryCorpus _files = new();

    private string Shards => _files.PathOf("shards");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_shipped_corpus_comes_back_from_Parquet_the_same()
    {
        var corpus = Corpus.Shipped("validation").AcrossDomains(120);
        new ParquetExport(corpus, Shards, rowsPerShard: 50).Write(Nobody, Stop);

        var read = Corpus.Open(Shards);

        Assert.Equal(
            ["validation-00000-of-00003.parquet", "validation-00001-of-00003.parquet", "validation-00002-of-00003.parquet"],
            Directory.GetFiles(Shards, "*.parquet").Select(Path.GetFileName).Order());
        Assert.Equal(corpus.Utterances, read.Utterances.Zip(corpus.Utterances, (r, c) => r with { Audio = c.Audio, Start = c.Start }));
        foreach (var (expected, heard) in corpus.Stream().Zip(read.Stream()))
        {
            // A manifest's seconds have four digits: cut at another start, they may round to a sample less or more.
            Assert.InRange(expected.Clip.Samples.Length - heard.Clip.Samples.Length, -1, 1);
            Assert.True(expected.Clip.Samples.Zip(heard.Clip.Samples).All(s => Math.Abs(s.First - s.Second) <= 1f / 32768));
        }
    }

    [Fact]
    public void Joined_rows_and_faults_are_exported()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.2f, 0.3f));
        var corpus = _files.Open([.. Enumerable.Range(0, 3).Select(i =>
            Row($"{i}", "a.wav", i, 1, $"Ünö {i}.") with { Position = i, Fault = i == 1 ? "music" : null })]);
        new ParquetExport(corpus.Join(2), Shards).Write(Nobody, Stop);

        var read = Corpus.Open(Path.Combine(Shards, "some-00000-of-00001.parquet"));

        Assert.Equal(["Ünö 0. Ünö 1.", "Ünö 2."], read.Utterances.Select(u => u.Text));
        Assert.Equal(["music", null], read.Utterances.Select(u => u.Fault));
        Assert.Equal([2, 1], read.Stream().Select(e => e.Clip.Duration));
    }

    [Fact]
    public async Task Shards_of_others_are_read_with_what_columns_they_have()
    {
        await WriteForeignAsync(_files.PathOf("train-00000-of-00001.parquet"), [Steps(0.1f), Steps(0.2f, 0.2f), Steps(0.3f)], ["One.", "Two.", "Three."]);

        var corpus = Corpus.Open(_files.Folder);

        Assert.Equal([1, 2, 1], corpus.Utterances.Select(u => u.Duration));
        Assert.Equal(["One.", "Two.", "Three."], corpus.Utterances.Select(u => u.Text));
        Assert.Equal(["0", "1", "2"], corpus.Utterances.Select(u => u.Voice));
        Assert.All(corpus.Utterances, u => Assert.Equal(("train", 0), (u.Split, u.Position)));
        Assert.Equal([0.1, 0.2, 0.3], corpus.Stream().Select(e => Math.Round(Amplitude(e.Clip), 2)));
        Assert.Equal(3, corpus.Join(30).Utterances.Count);
    }

    [Fact]
    public async Task A_wrong_row_of_a_shard_is_named()
    {
        var path = _files.PathOf("some.parquet");
        await WriteForeignAsync(path, [Steps(0.1f), null], ["One.", "Two."]);
        Complains($"{path}, row 2 has no audio bytes");

        await WriteForeignAsync(path, [Steps(0.1f), Steps(0.1f)], ["One.", " "]);
        Complains($"{path}, row 2 has an empty text");

        await WriteForeignAsync(path, [Steps(0.1f), new AudioClip([], SampleRate)], ["One.", "Two."]);
        Complains($"{path}, row 2 has no usable audio: what its bytes hold");

        await WriteForeignAsync(path, [Steps(0.1f)], ["One."], textColumn: "words");
        Complains("normalized_text, raw_transcription or raw_text of texts; it has audio, words, speaker_id");

        File.WriteAllText(path, "no Parquet");
        Complains($"{path} cannot be read as a Parquet file");

        void Complains(string message) =>
            Assert.Contains(message, Assert.Throws<CorpusException>(() => Corpus.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    public void A_duration_of_ours_that_is_none_is_named(double duration)
    {
        var path = _files.PathOf("some.parquet");
        using (var file = File.Create(path))
        {
            ShardWriter.Write(file, [(Row("1", "a.wav", 0, duration), AudioFile.ToWav(Steps(0.1f)))], "identity");
        }

        var error = Assert.Throws<CorpusException>(() => Corpus.Open(path));
        Assert.StartsWith($"{path}, row 1 has a duration of {duration} s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_lacks_a_shard_is_not_read()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        new ParquetExport(_files.Open([.. Enumerable.Range(0, 3).Select(i => Row($"{i}", "a.wav", 0, 1))]), Shards, 1).Write(Nobody, Stop);
        File.Delete(Path.Combine(Shards, "some-00001-of-00003.parquet"));

        Assert.Contains(
            "lacks the shard some-00001-of-00003", Assert.Throws<CorpusException>(() => Corpus.Open(Shards)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_export_goes_on_and_a_changed_one_starts_anew()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        _files.SaveWav("b.wav", Steps(0.1f));
        Utterance[] rows = [Row("1", "a.wav", 0, 1), Row("2", "a.wav", 0, 0.5), Row("3", "b.wav", 0, 1)];
        using var stop = new CancellationTokenSource();

        var stopped = Assert.Throws<OperationCanceledException>(() =>
            new ParquetExport(_files.Open(rows), Shards, 1).Write(new Callback(p => StopAt(2, p)), stop.Token));
        Assert.StartsWith("2 of 3 shards", stopped.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Shards, "README.md")));

        Assert.Equal(1, Written(1));
        var remains = Path.Combine(Shards, "some-00001-of-00003.parquet.77.0f0f.tmp"); // as a killed export leaves it
        File.WriteAllText(remains, "half");
        Assert.Equal(0, Written(1));
        Assert.False(File.Exists(remains));
        _files.SaveWav("b.wav", Steps(0.2f));
        Assert.Equal(1, Written(1));
        Assert.Equal(3, Written(3));
        Assert.Equal(["some-00000-of-00001.parquet"], Directory.GetFiles(Shards, "*.parquet").Select(Path.GetFileName));
        Assert.Contains("| some | 3 |", File.ReadAllText(Path.Combine(Shards, "README.md")), StringComparison.Ordinal);

        void StopAt(int count, Progress progress)
        {
            if (progress.Done == count)
            {
                stop.Cancel();
            }
        }

        int Written(int rowsPerShard)
        {
            var count = 0;
            new ParquetExport(_files.Open(rows), Shards, rowsPerShard).Write(new Callback(_ => count++), Stop);
            return count;
        }
    }

    [Fact]
    public void Nothing_is_overwritten_or_mixed_up()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        var corpus = _files.Open(Row("1", "a.wav", 0, 1) with { Split = "a-b" }, Row("2", "a.wav", 0, 1) with { Split = "a_b" });
        Complains("a-b and a_b would both be written to a_b-*.parquet", corpus);

        var one = corpus.Take(1);
        Directory.CreateDirectory(Shards);
        File.WriteAllText(Path.Combine(Shards, "README.md"), "Mine.");
        Complains("README.md was not written by an export", one);
        Assert.Equal("Mine.", File.ReadAllText(Path.Combine(Shards, "README.md")));

        void Complains(string message, Corpus exported) => Assert.Contains(
            message, Assert.Throws<CorpusException>(() => new ParquetExport(exported, Shards)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shards_are_held_a_row_group_at_a_time()
    {
        const int Rows = 30;
        var path = _files.PathOf("some.parquet");
        await WriteForeignAsync(
            path, [.. Enumerable.Repeat(Steps(new float[10]), Rows)], [.. Enumerable.Range(0, Rows).Select(i => $"{i}")], rowsPerGroup: 1);

        var corpus = Corpus.Open(path);
        var memory = new List<long>();
        foreach (var (utterance, _) in corpus.Stream())
        {
            if (utterance.Text.EndsWith('9'))
            {
                memory.Add(GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        // Buffers that are used again and again are there by then; the twenty rows that follow have 13 MB of samples.
        Assert.InRange(memory[^1] - memory[0], long.MinValue, 4_000_000);
    }

    /// <summary>Writes a shard as another program might: names of audio missing in part, a speaker's number, no durations.</summary>
    private static async Task WriteForeignAsync(
        string path, AudioClip?[] clips, string[] texts, string textColumn = "sentence", int rowsPerGroup = 2)
    {
        var schema = new ParquetSchema(
            new StructField("audio", new DataField("bytes", typeof(byte[]), isNullable: true), new DataField("path", typeof(string), isNullable: true)),
            new DataField(textColumn, typeof(string), isNullable: true),
            new DataField<long>("speaker_id"));
        var (bytes, name, text, speaker) = (schema.DataFields[0], schema.DataFields[1], schema.DataFields[2], schema.DataFields[3]);
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file, null, append: false, Stop);
        foreach (var rows in Enumerable.Range(0, texts.Length).Chunk(rowsPerGroup))
        {
            using var group = writer.CreateRowGroup();
            ReadOnlyMemory<byte>[] audio = [.. rows.Where(r => clips[r] is not null).Select(r => (ReadOnlyMemory<byte>)AudioFile.ToWav(clips[r]!))];
            int[] levels = [.. rows.Select(r => clips[r] is null ? 1 : 2)];
            await group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(bytes, audio, levels, null, Stop);
            await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(name, new[] { "b.wav".AsMemory() }, rows.Select((_, i) => i == rows.Length - 1 ? 2 : 1).ToArray(), null, Stop);
            await group.WriteAsync(text, rows.Select(r => texts[r]).ToArray(), null);
            await group.WriteAsync<long>(speaker, rows.Select(r => (long)r).ToArray(), null, null, Stop);
        }
    }

    private sealed class Callback(Action<Progress> report) : IProgress<Progress>
    {
        public void Report(Progress value) => report(value);
    }
}
