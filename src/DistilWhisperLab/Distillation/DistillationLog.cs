using System.Diagnostics;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Distillation;

/// <summary>Brings a distillation's steps and validations into its <see cref="TrainingLog{TLine}"/>, the steps as means over ten.</summary>
internal sealed class DistillationLog(string directory, int update, int examplesPerUpdate) : IDisposable
{
    private const int Every = 10;

    private readonly TrainingLog<Line> _log = new(directory, update);
    private readonly List<DistillationTrainer.Step> _steps = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>A line: means since the line before; the word error rate where there was a validation.</summary>
    public sealed record Line(
        int Update,
        double? Loss,
        double? PseudoLabel,
        double? Kl,
        double? Mse,
        double? GradientNorm,
        double? LearningRate,
        double? ExamplesPerSecond,
        double? ValidationWer,
        IReadOnlyDictionary<string, double>? Domains) : ITrainingLogLine
    {
        public IEnumerable<(string Tag, double? Value)> Curves() =>
        [
            ("loss/total", Loss), ("loss/pseudo_label", PseudoLabel), ("loss/kl", Kl), ("loss/mse", Mse), ("gradient_norm", GradientNorm),
            ("learning_rate", LearningRate), ("examples_per_second", ExamplesPerSecond), ("wer/mean", ValidationWer),
            .. (Domains ?? new Dictionary<string, double>()).Select(d => ($"wer/{d.Key}", (double?)d.Value)),
        ];
    }

    public void Add(DistillationTrainer.Step step)
    {
        _steps.Add(step);
        if ((step.Update + 1) % Every == 0)
        {
            AddSteps();
        }
    }

    private void AddSteps()
    {
        var step = _steps[^1];
        _log.Add(new Line(
            step.Update + 1,
            Mean(s => s.Loss),
            Mean(s => s.PseudoLabel),
            Mean(s => s.Kl),
            Mean(s => s.Mse),
            Mean(s => s.GradientNorm),
            step.LearningRate,
            Math.Round(_steps.Count * examplesPerUpdate / _watch.Elapsed.TotalSeconds, 2),
            null,
            null));
        _steps.Clear();
        _watch.Restart();
    }

    /// <summary>Leaves out of the examples a second what is not training.</summary>
    public ValidationResult Validating(Func<ValidationResult> validate)
    {
        _watch.Stop();
        var result = validate();
        _watch.Start();
        return result;
    }

    public void Add(int update, ValidationResult result) =>
        _log.Add(new Line(update, null, null, null, null, null, null, null, result.Wer, result.Domains));

    /// <summary>The last steps too, fewer than ten, are written.</summary>
    public void Dispose()
    {
        if (_steps.Count > 0)
        {
            AddSteps();
        }

        _log.Dispose();
    }

    private double? Mean(Func<DistillationTrainer.Step, double> value)
    {
        var mean = _steps.Average(value);
        return double.IsFinite(mean) ? Math.Round(mean, 6) : null;
    }
}
