using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using NVorbis;

namespace DistilWhisperLab.Tests.Corpora;

/// <summary>The corpus in data/ is what the specification says, and its manifests fit its recordings.</summary>
public class ShippedCorpusTests
{
    public static TheoryData<string> Splits => new("test", "test-unseen-voice", "validation", "train");

    private static CorpusSpecification Specification => CorpusSpecification.Load(Path.Combine(LabPaths.Data, "corpus.json"));

    private static string Folder => Path.Combine(LabPaths.Data, "corpus");

    [Theory]
    [MemberData(nameof(Splits))]
    public void Every_utterance_lies_inside_its_recording_and_none_overlaps_another(string split)
    {
        foreach (var recording in Corpus.Shipped(split).Utterances.GroupBy(u => u.Audio))
        {
            using var vorbis = new VorbisReader(Path.Combine(Folder, recording.Key));
            var end = 0.0;
            foreach (var (position, utterance) in recording.Index())
            {
                Assert.Equal(position, utterance.Position);
                Assert.True(utterance.Start >= end, $"{utterance.Id} starts before the one before it ends.");
                Assert.InRange(utterance.Duration, 0.8, Specification.Longest);
                end = utterance.Start + utterance.Duration;
            }

            Assert.InRange(end, 0, vorbis.TotalTime.TotalSeconds);
            Assert.InRange(vorbis.TotalTime.TotalSeconds, 0, 600);
            Assert.Equal((16000, 1), (vorbis.SampleRate, vorbis.Channels));
        }
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void Sentences_and_voices_are_the_specifications(string split)
    {
        var utterances = Corpus.Shipped(split).Utterances;

        Assert.Equal(new CorpusBuilder(Specification).Sentences[split], utterances.Select(u => u.Text));
        Assert.All(utterances, u => Assert.Contains(u.Voice, Specification.VoicesOf(split)));
        Assert.All(utterances, u => Assert.Equal(split, u.Split));
    }

    [Fact]
    public void Speech_is_heard_where_the_manifest_says()
    {
        var corpus = Corpus.Shipped("validation");
        foreach (var (utterance, clip) in corpus.Take(20).Stream())
        {
            Assert.Equal(utterance.Duration, clip.Duration, 0.001);
            var quarters = clip.Samples.Chunk(clip.Samples.Length / 4).Select(q => q.Average(s => (double)s * s)).ToArray();
            Assert.True(quarters.Take(4).All(power => power > 1e-4), $"{utterance.Id} falls silent.");
        }
    }

    [Fact]
    public void The_shipped_recordings_are_small() =>
        Assert.InRange(
            Directory.GetFiles(Folder, "*.ogg", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length),
            1,
            12_000_000);
}
