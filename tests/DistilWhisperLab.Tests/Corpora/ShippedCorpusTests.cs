using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;
using DistilWhisperLab.Runtime;
using NVorbis;

namespace DistilWhisperLab.Tests.Corpora;

/// <summary>The corpus in data/ is what the specification says, and its manifests fit its recordings.</summary>
public class ShippedCorpusTests
{
    private static readonly CorpusSpecification World = CorpusSpecification.LabWorld();
    private static readonly WorldSentences Sentences = new(World);

    public static TheoryData<string> Splits => [.. World.Splits.Where(s => s.Value.Shipped).Select(s => s.Key)];

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
                Assert.InRange(utterance.Duration, 0.8, World.Longest);
                end = utterance.Start + utterance.Duration;
            }

            Assert.InRange(end, 0, vorbis.TotalTime.TotalSeconds + 0.05);
            Assert.InRange(vorbis.TotalTime.TotalSeconds, 0, 600);
            Assert.Equal((16000, 1), (vorbis.SampleRate, vorbis.Channels));
        }
    }

    [Theory]
    [MemberData(nameof(Splits))]
    public void Sentences_and_voices_are_the_specifications(string split)
    {
        foreach (var domain in Corpus.Shipped(split).Utterances.GroupBy(u => u.Domain))
        {
            var written = Sentences.Of(split, domain.Key).Select(s => s.Written).ToHashSet();
            var settings = World.Domains[domain.Key];
            Assert.All(domain, u => Assert.Contains(u.Text, written));
            Assert.All(domain, u => Assert.Contains(u.Voice, settings.Voices.Concat(settings.UnseenVoices)));
            Assert.All(domain, u => Assert.Equal(split, u.Split));
            if (World.Splits[split].LongForm is null)
            {
                Assert.Equal(World.Splits[split].Utterances, domain.Count());
            }
        }
    }

    [Fact]
    public async Task A_build_with_the_same_programs_finds_the_shipped_corpus_finished()
    {
        TemporaryCorpus.Require("espeak-ng", "flite", "ffmpeg");
        var stop = TestContext.Current.CancellationToken;
        var made = File.ReadAllText(Path.Combine(Folder, "long", ".specification"));
        foreach (var program in new[] { "espeak-ng", "flite", "ffmpeg" })
        {
            var version = await ExternalTool.VersionAsync(program, stop);
            Assert.SkipUnless(made.Contains($"{program} {version}\n", StringComparison.Ordinal), $"{program} {version} did not make the shipped corpus.");
        }

        using var copy = new TemporaryCorpus();
        Directory.CreateDirectory(copy.PathOf("long"));
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "long")).Append(Path.Combine(Folder, "long.jsonl")))
        {
            File.Copy(file, copy.PathOf(Path.GetRelativePath(Folder, file)));
        }

        var told = new List<Progress>();
        await new CorpusBuilder(World).BuildAsync("long", copy.Folder, 1, new Reports(told), stop);
        Assert.Equal("finished before", Assert.Single(told).Detail);
    }

    [Fact]
    public void Faults_are_planted_in_training_alone_and_about_as_often_as_asked()
    {
        Assert.All(Corpus.Shipped("test").Utterances, u => Assert.Null(u.Fault));
        var rows = Corpus.Shipped("train").Utterances;
        foreach (var (kind, share) in World.Splits["train"].Faults)
        {
            var expected = share * rows.Count;
            // Four standard deviations of a binomial count.
            Assert.InRange(rows.Count(u => u.Fault == kind), expected - 4 * Math.Sqrt(expected), expected + 4 * Math.Sqrt(expected));
        }
    }

    [Fact]
    public void Speech_is_heard_where_the_manifest_says()
    {
        foreach (var (utterance, clip) in Corpus.Shipped("validation").Take(20).Stream())
        {
            Assert.Equal(utterance.Duration, clip.Duration, 0.001);
            var quarters = clip.Samples.Chunk(clip.Samples.Length / 4).Select(q => q.Average(s => (double)s * s)).ToArray();
            Assert.True(quarters.Take(4).All(power => power > 1e-5), $"{utterance.Id} falls silent.");
        }
    }

    [Fact]
    public void The_shipped_recordings_keep_the_repository_small() =>
        Assert.InRange(
            Directory.GetFiles(Folder, "*.ogg", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length),
            1,
            85_000_000);

    private sealed class Reports(List<Progress> told) : IProgress<Progress>
    {
        public void Report(Progress value) => told.Add(value);
    }
}
