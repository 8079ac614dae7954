using DistilWhisperLab.Corpora;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class ForeignParquetTests : IDisposable
{
    private const string One = "train-00000-of-00001.parquet";

    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task An_id_that_repeats_is_no_id()
    {
        await new ForeignShard().Cells("id", 7L, 7L).Texts("transcription", "One.", "Two.").WriteAsync(_files.PathOf(One), 2);
        Assert.Equal(["train-00000-of-00001-0", "train-00000-of-00001-1"], Open().Utterances.Select(u => u.Id));

        await new ForeignShard().Cells("id", 7L, 8L).Texts("transcription", "One.", "Two.").WriteAsync(_files.PathOf(One), 2);
        Assert.Equal(["7", "8"], Open().Utterances.Select(u => u.Id));
    }

    [Theory]
    [InlineData("raw_transcription", "transcription")]
    [InlineData("raw_text", "normalized_text")]
    [InlineData("raw_transcription", "transcript")]
    [InlineData("raw_text", "sentence")]
    public async Task The_text_is_the_best_column_of_those_that_hold_one(string worse, string better)
    {
        await new ForeignShard().Texts(worse, "Raw.").Texts(better, "Good.").Cells("text", 3L).WriteAsync(_files.PathOf(One), 1);
        Assert.Equal("Good.", Open().Utterances[0].Text);

        await new ForeignShard().Bytes(worse, "Rå.").WriteAsync(_files.PathOf(One), 1);
        Assert.Equal("Rå.", Open().Utterances[0].Text);
    }

    [Fact]
    public async Task A_column_of_another_type_than_a_manifests_is_left_out()
    {
        await new ForeignShard()
            .Texts("text", "One.")
            .Cells("fault", true).Texts("position", "first").Cells("recording", 1.5).Cells("domain", false).Cells("voice", true).Cells("split", 1L)
            .WriteAsync(_files.PathOf(One), 1);

        var row = Open().Utterances[0];

        Assert.Equal((null, 0, row.Id, "unknown", "train"), (row.Fault, row.Position, row.Recording, row.Voice, row.Split));
        Assert.Equal(Path.GetFileName(_files.Folder), row.Domain);
    }

    [Fact]
    public async Task A_speakers_chapter_is_a_recording_over_the_borders_of_shards()
    {
        await new ForeignShard().Texts("text", "A.", "B.").Cells("speaker_id", 1L, 1L).Cells("chapter_id", 10L, 10L)
            .WriteAsync(_files.PathOf("train-00000-of-00002.parquet"), 2);
        await new ForeignShard().Texts("text", "C.", "D.", "E.").Cells("speaker_id", 1L, 1L, 2L).Cells("chapter_id", 10L, 11L, 11L)
            .WriteAsync(_files.PathOf("train-00001-of-00002.parquet"), 3);

        var corpus = Open();

        Assert.Equal(
            [("1", "1-10", 0), ("1", "1-10", 1), ("1", "1-10", 2), ("1", "1-11", 0), ("2", "2-11", 0)],
            corpus.Utterances.Select(u => (u.Voice, u.Recording, u.Position)));
        Assert.Equal([("A. B. C.", 3), ("D.", 1), ("E.", 1)], corpus.Join(30).Stream().Select(e => (e.Utterance.Text, e.Clip.Duration)));
    }

    [Theory]
    [InlineData("speaker_id")]
    [InlineData("client_id")]
    public async Task A_speaker_without_chapters_is_one_recording(string column)
    {
        await new ForeignShard().Texts("text", "A.", "B.", "C.", "D.").Texts(column, "x", "x", "y", "").WriteAsync(_files.PathOf(One), 4);

        Assert.Equal(["A. B.", "C.", "D."], Open().Join(30).Utterances.Select(u => u.Text));
        Assert.Equal(["x", "x", "y", "unknown"], Open().Utterances.Select(u => u.Voice));
    }

    [Fact]
    public async Task A_folder_must_hold_all_shards_of_one_set_but_a_file_stands_for_itself()
    {
        var shard = new ForeignShard().Texts("text", "A.");
        await shard.WriteAsync(_files.PathOf("train-00000-of-00002.parquet"), 1);
        Complains("lacks the shard train-00001-of-00002");
        Assert.Single(Corpus.Open(_files.PathOf("train-00000-of-00002.parquet")).Utterances);

        await shard.WriteAsync(_files.PathOf("train-00001-of-00002.parquet"), 1);
        Assert.Equal(2, Open().Utterances.Count);

        await shard.WriteAsync(_files.PathOf(One), 1);
        Complains("holds shards train of 00001 and of 00002");

        void Complains(string message) =>
            Assert.Contains(message, Assert.Throws<CorpusException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shards_are_found_below_a_folder_and_named_by_their_split()
    {
        var shard = new ForeignShard().Texts("text", "A.");
        string[] paths = ["data/train-00000-of-00001-0a1b2c3d.parquet", "default/validation/0000.parquet", "test/0000.parquet"];
        foreach (var path in paths)
        {
            await shard.WriteAsync(_files.PathOf("nest/" + path), 1);
        }

        var nest = Corpus.Open(_files.PathOf("nest"));

        Assert.Equal(["train", "validation", "test"], nest.Utterances.Select(u => u.Split));
        Assert.Equal(["data/train-00000-of-00001-0a1b2c3d-0", "default/validation/0000-0", "test/0000-0"], nest.Utterances.Select(u => u.Id));
        Assert.Equal(3, nest.Stream().Sum(e => e.Clip.Duration));
        string[] parts = ["nest/test", "nest/test/0000.parquet", "nest/default", "nest/default/validation/0000.parquet", "nest/data"];
        Assert.All([nest, .. parts.Select(p => Corpus.Open(_files.PathOf(p)))], c => Assert.Equal(["nest"], c.Domains));
    }

    private Corpus Open() => Corpus.Open(_files.Folder);
}
