using DistilWhisperLab.Experiments;
using static DistilWhisperLab.Experiments.PaperTables;

namespace DistilWhisperLab.Tests.Experiments;

/// <summary>Totals and averages that the paper states, against their parts.</summary>
public class PaperTablesTests
{
    // Half of the last digit stated, and as much again for parts that are rounded themselves.
    private const double Rounding = 0.1;

    [Fact]
    public void The_studies_averages_are_of_ten_sets_in_distribution_and_three_out_of_it()
    {
        (double Id, double Ood, double Average)[] rows =
        [
            .. Thresholds.Select(r => (r.InDistributionWer, r.OutOfDistributionWer, r.AverageWer)),
            .. DataScaling.Select(r => (r.InDistributionWer, r.OutOfDistributionWer, r.AverageWer)),
            .. ModelSizes.Select(r => (r.InDistributionWer, r.OutOfDistributionWer, r.AverageWer)),
            .. Objectives.Select(r => (r.InDistributionWer, r.OutOfDistributionWer, r.AverageWer)),
        ];
        Assert.Equal(23, rows.Length);
        Assert.All(rows, row => Assert.Equal(row.Average, StudyAverage(row.Id, row.Ood), Rounding));
    }

    [Fact]
    public void Table_16_averages_eleven_sets_four_and_all()
    {
        Assert.Equal(11, ShortForm.Count(row => row.InDistribution));
        AssertMeans(ShortFormAverages.InDistribution, ShortForm.Where(row => row.InDistribution));
        AssertMeans(ShortFormAverages.OutOfDistribution, ShortForm.Where(row => !row.InDistribution));
        AssertMeans(ShortFormAverages.All, ShortForm);
    }

    [Fact]
    public void Table_5_has_the_averages_of_Tables_16_and_17()
    {
        AssertMeans(LongFormAverage, LongForm.Where(row => !row.InDistribution));
        Assert.Equal(PaperTables.Models, Headline.Select(row => row.Model));
        Assert.Equal(ShortFormAverages.OutOfDistribution, Headline.Select(row => row.ShortWer));
        Assert.Equal(LongFormAverage, Headline.Select(row => row.LongWer));
    }

    [Fact]
    public void Table_7_averages_Table_18()
    {
        var sets = AlgorithmSets.Where(row => !row.InDistribution).ToList();
        Assert.Equal(Algorithms[0].Wer, sets.Average(row => row.TeacherSequential), Rounding);
        Assert.Equal(Algorithms[1].Wer, sets.Average(row => row.TeacherChunked), Rounding);
        Assert.Equal(Algorithms[2].Wer, sets.Average(row => row.StudentChunked), Rounding);
        Assert.Equal(LongForm.Select(row => row.Of("large-v2")), AlgorithmSets.Select(row => row.TeacherChunked));
        Assert.Equal(LongForm.Select(row => row.Of("distil-large-v2")), AlgorithmSets.Select(row => row.StudentChunked));
    }

    [Fact]
    public void Table_6_is_part_of_Table_16_and_its_last_row_a_mean_of_each_column()
    {
        Assert.All(Robustness, row =>
        {
            var set = ShortForm.Single(other => other.Set == row.Set);
            Assert.Equal((set.Of("large-v2"), set.Of("distil-large-v2")), (row.TeacherWer, row.StudentWer));
        });
        Assert.Equal(RobustnessAverage.TeacherWer, Robustness.Average(row => row.TeacherWer), Rounding);
        Assert.Equal(RobustnessAverage.StudentWer, Robustness.Average(row => row.StudentWer), Rounding);
        Assert.Equal(RobustnessAverage.RelativeChange, Robustness.Average(row => row.RelativeChange), Rounding);
        // The change of the averages, which a reader expects there, is another number.
        Assert.Equal(8.5, 100 * (RobustnessAverage.StudentWer / RobustnessAverage.TeacherWer - 1), Rounding);
    }

    [Fact]
    public void Relative_changes_of_Table_6_are_those_of_rates_before_rounding() =>
        Assert.All(Robustness, row =>
        {
            // A rate stated to 0.1 may be 0.05 off, on either side.
            var low = 100 * ((row.StudentWer - 0.05) / (row.TeacherWer + 0.05) - 1);
            var high = 100 * ((row.StudentWer + 0.05) / (row.TeacherWer - 0.05) - 1);
            Assert.InRange(row.RelativeChange, low - 0.05, high + 0.05);
        });

    [Fact]
    public void Table_19_splits_the_word_error_rates_of_Table_17()
    {
        Assert.All(Hallucination, row =>
            Assert.Equal(row.Wer, row.InsertionRate + row.SubstitutionRate + row.DeletionRate, 2 * Rounding));
        Assert.Equal(LongFormAverage, Hallucination.Skip(1).Select(row => row.Wer));
    }

    [Fact]
    public void Training_hours_add_up()
    {
        Assert.Equal(TrainingHours, TrainingSets.Sum(row => row.Hours));
        // Table 13 has 600 more hours of Common Voice.
        Assert.Equal(AppendixTrainingHours, TrainingHours + 600);
        Assert.All(DataScaling, row => Assert.Equal(row.Share, 100.0 * row.Hours / AppendixTrainingHours, 0.5));
    }

    [Fact]
    public void Tables_that_show_the_same_student_agree()
    {
        Assert.Equal(Thresholds.Single(row => row.Threshold == 10).AverageWer, DataScaling[^1].AverageWer);
        Assert.Equal(DataScaling[^1].AverageWer, ModelSizes.Single(row => row is { EncoderLayers: 32, DecoderLayers: 2 }).AverageWer);
        Assert.Equal(DataScaling[^1].AverageWer, Objectives.Single(row => row.Objective == "PL + KL").AverageWer);
        Assert.Equal(PaperTables.Models, RealTimeA100.Select(row => row.Model));
        Assert.Equal(PaperTables.Models, RealTimeT4.Select(row => row.Model));
    }

    [Fact]
    public void A_model_that_the_paper_does_not_have_is_refused() =>
        Assert.Contains("large-v3", Assert.Throws<LabException>(() => ShortForm[0].Of("large-v3")).Message);

    private static void AssertMeans(IReadOnlyList<double> stated, IEnumerable<WerRow> rows) =>
        Assert.All(stated.Index(), column => Assert.Equal(column.Item, rows.Average(row => row.Wer[column.Index]), Rounding));
}
