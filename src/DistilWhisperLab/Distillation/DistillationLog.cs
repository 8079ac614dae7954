using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistilWhisperLab.Runtime;
using TorchSharp;
using TorchSharp.Modules;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// A run's curves: a line of JSON every few updates, and the same for TensorBoard. What a killed run wrote behind its
/// last saved state is taken out of the lines when it is resumed, since it will be written again.
/// </summary>
internal sealed class DistillationLog : IDisposable
{
    public const string LinesFile = "training-log.jsonl";
    private const int Every = 10;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly StreamWriter _lines;
    private readonly SummaryWriter _board;
    private readonly int _examplesPerUpdate;
    private readonly List<DistillationTrainer.Step> _steps = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public DistillationLog(string directory, int update, int examplesPerUpdate)
    {
        _examplesPerUpdate = examplesPerUpdate;
        var path = Path.Combine(directory, LinesFile);
        Truncate(path, update);
        _lines = new StreamWriter(path, append: true);
        _board = torch.utils.tensorboard.SummaryWriter(Path.Combine(directory, "tensorboard"));
    }

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
        IReadOnlyDictionary<string, double>? Domains);

    public void Add(DistillationTrainer.Step step)
    {
        _steps.Add(step);
        if ((step.Update + 1) % Every != 0)
        {
            return;
        }

        Write(new Line(
            step.Update + 1,
            Mean(s => s.Loss),
            Mean(s => s.PseudoLabel),
            Mean(s => s.Kl),
            Mean(s => s.Mse),
            Mean(s => s.GradientNorm),
            step.LearningRate,
            Math.Round(_steps.Count * _examplesPerUpdate / _watch.Elapsed.TotalSeconds, 2),
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
        Write(new Line(update, null, null, null, null, null, null, null, result.Wer, result.Domains));

    /// <summary>Brings all that was added to the disk, before a state that counts on it is saved.</summary>
    public void Flush() => _lines.Flush();

    public void Dispose() => _lines.Dispose();

    private void Write(Line line)
    {
        _lines.WriteLine(JsonSerializer.Serialize(line, Json));
        (string Tag, double? Value)[] scalars =
        [
            ("loss/total", line.Loss), ("loss/pseudo_label", line.PseudoLabel), ("loss/kl", line.Kl), ("loss/mse", line.Mse),
            ("gradient_norm", line.GradientNorm), ("learning_rate", line.LearningRate),
            ("examples_per_second", line.ExamplesPerSecond), ("wer/mean", line.ValidationWer),
            .. (line.Domains ?? new Dictionary<string, double>()).Select(d => ($"wer/{d.Key}", (double?)d.Value)),
        ];
        foreach (var (tag, value) in scalars)
        {
            if (value is { } number)
            {
                _board.add_scalar(tag, (float)number, line.Update);
            }
        }
    }

    private double? Mean(Func<DistillationTrainer.Step, double> value)
    {
        var mean = _steps.Average(value);
        return double.IsFinite(mean) ? Math.Round(mean, 6) : null;
    }

    private static void Truncate(string path, int update)
    {
        if (File.Exists(path))
        {
            var kept = File.ReadLines(path).TakeWhile(line => line.EndsWith('}') && UpdateOf(line) <= update);
            AtomicFile.WriteText(path, string.Concat(kept.Select(line => line + "\n")));
        }
    }

    private static int UpdateOf(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line, Json)!.Update;
        }
        catch (JsonException)
        {
            return int.MaxValue; // Half a line: the run was killed while it wrote.
        }
    }
}
