using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Distillation;

namespace DistilWhisperLab.Tests.Experiments;

public sealed class DistillationStudyTests : IDisposable
{
    private readonly TinyWorld _world = new();
    private readonly Transcriber _teacher;
    private readonly DistillationStudy _study;
    private readonly Reports _reports = new();

    public DistillationStudyTests()
    {
        _teacher = _world.Teacher();
        var labels = new PseudoLabeller(_teacher).Label(_world.Corpus, stop: TestContext.Current.CancellationToken);
        // Labels of an untrained teacher are far from the truth; some are made good, so that a threshold parts them.
        labels = [.. labels.Select((label, i) => i % 2 == 0 ? label with { Errors = 0 } : label with { Errors = 1, TruthWords = 2 })];
        _study = new DistillationStudy(_teacher, _world.Corpus, labels, _world.Corpus, _reports);
    }

    private static StudentSettings Small { get; } = new("small")
    {
        Training = new DistillationSettings { Updates = 3, Batch = 4, Warmup = 1 },
    };

    public void Dispose()
    {
        _study.Dispose();
        _teacher.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void The_same_setting_and_seed_give_the_same_figures_whatever_ran_before()
    {
        var first = _study.Train(Small, 1);
        _study.Train(Small with { Decoder = "first", Threshold = null }, 2);
        var again = _study.Train(Small, 1);

        Assert.Equal(Figures(first), Figures(again));
        Assert.NotEqual(Losses(Small, 1), Losses(Small, 2));
        Assert.NotEqual(Losses(Small, 1), Losses(Small with { Decoder = "first" }, 1));
        Assert.Equal(["chirps", "tones"], first.WordErrors.Keys.Order());
        Assert.Equal(first.Metrics["wer"], first.WordErrors.Values.Average(c => c.Rate), 1e-9);
        Assert.Equal(first.Metrics["wer"], first.Metrics["wer_id"], 1e-9);
    }

    [Theory]
    [InlineData(10.0, null, 10)]
    [InlineData(60.0, null, 20)]
    [InlineData(null, null, 20)]
    [InlineData(null, 6, 6)]
    [InlineData(10.0, 50, 10)]
    public void Threshold_and_number_choose_the_windows(double? threshold, int? windows, int expected) =>
        Assert.Equal(expected, _study.Train(Small with { Threshold = threshold, Windows = windows }, 1).Metrics["windows"]);

    [Fact]
    public void A_threshold_that_leaves_too_few_is_refused() =>
        Assert.Contains("fewer than one batch", Assert.Throws<LabException>(() => _study.Train(Small with { Windows = 3 }, 1)).Message);

    [Fact]
    public void A_run_is_known_by_all_but_its_name()
    {
        var key = _study.Key(Small, 1);

        Assert.Equal(key.Id, _study.Key(Small with { Name = "other" }, 1).Id);
        Assert.Equal(key.Id, _study.Key(Small with { Training = Small.Training with { Seed = 9 } }, 1).Id);
        StudentSettings[] others =
        [
            Small with { Threshold = 5 }, Small with { Decoder = "last" }, Small with { DecoderLayers = 1 },
            Small with { Training = Small.Training with { KlWeight = 0 } },
        ];
        Assert.All(others, other => Assert.NotEqual(key.Id, _study.Key(other, 1).Id));
        Assert.NotEqual(key.Id, _study.Key(Small, 2).Id);
    }

    [Fact]
    public void A_recorded_run_comes_out_the_same_again()
    {
        var every = Small with { Threshold = null, DecoderLayers = 1 };
        foreach (var student in new[] { Small, every })
        {
            var recorded = Recorded(_study.Key(student, 3), _study.Train(student, 3));
            var run = Recomputation.Of(recorded, _study);

            Assert.True(run.IsIdentical);
            Assert.True(run.IsWithinInterval);
            Assert.Equal(recorded.Key.Id, run.Again.Key.Id);
        }

        var teacher = Recorded(_study.TeacherKey(), _study.Teacher());
        Assert.True(Recomputation.Of(teacher, _study).IsIdentical);
    }

    [Fact]
    public void A_changed_run_is_seen()
    {
        var outcome = _study.Train(Small, 3);
        var recorded = Recorded(_study.Key(Small, 3), outcome with
        {
            WordErrors = outcome.WordErrors.ToDictionary(set => set.Key, set => set.Value with { Errors = [.. set.Value.Errors.Select(_ => 0)] }),
        });
        var run = Recomputation.Of(recorded, _study);

        Assert.False(run.IsIdentical);
        Assert.False(run.IsWithinInterval);
    }

    [Fact]
    public void A_run_of_another_teacher_or_study_is_refused()
    {
        var key = _study.Key(Small, 3);
        (string Message, RunKey Key)[] others =
        [
            ("the teacher is another", RunKey.Of(RunKey.Train, "other", key.Data, Small with { Name = "" }, 3, key.Recipe)),
            ("recipe 1, the run of 0", RunKey.Of(RunKey.Train, key.Model, key.Data, Small with { Name = "" }, 3, 0)),
            ("its settings are not a study's", RunKey.Of(RunKey.Train, key.Model, key.Data, new { lambda = 10 }, 3, key.Recipe)),
        ];
        Assert.All(others, other => Assert.Contains(
            other.Message,
            Assert.Throws<LabException>(() => Recomputation.Of(Recorded(other.Key, new RunOutcome(new Dictionary<string, double>())), _study)).Message));
    }

    private static RunRecord Recorded(RunKey key, RunOutcome outcome) =>
        RunRecord.Of(key, "recorded", outcome, DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));

    [Fact]
    public void A_shorter_encoder_is_trained_and_the_teacher_stays_as_it_is()
    {
        var before = _study.Teacher();
        var frozen = Losses(Small, 1);
        var shorter = Losses(Small with { EncoderLayers = 1 }, 1);

        Assert.NotEqual(frozen, shorter);
        using (var student = _study.Create(Small with { EncoderLayers = 1 }, 1))
        using (var usual = _study.Create(Small, 1))
        {
            // All but the positions, which are sinusoids.
            Assert.Single(student.Encoder.parameters(), weight => !weight.requires_grad);
            Assert.All(usual.Encoder.parameters(), weight => Assert.False(weight.requires_grad));
        }

        Assert.Equal(Figures(before), Figures(_study.Teacher()));
        Assert.Equal(frozen, Losses(Small, 1));
    }

    private List<string> Losses(StudentSettings student, int seed)
    {
        _reports.Details.Clear();
        _study.Train(student, seed);
        return [.. _reports.Details];
    }

    private sealed class Reports : IProgress<Progress>
    {
        public List<string> Details { get; } = [];

        public void Report(Progress value)
        {
            if (value.Detail is { } detail)
            {
                Details.Add(detail);
            }
        }
    }

    private static IEnumerable<(string, double)> Figures(RunOutcome outcome) =>
        outcome.Metrics.Where(m => m.Key != "updates_per_second").Select(m => (m.Key, m.Value)).OrderBy(m => m.Key);
}
