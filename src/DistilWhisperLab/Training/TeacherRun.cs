using System.Text.Json;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// One sitting of the teacher's training: reads the corpus, trains the tokenizer, goes on with the state in the output
/// folder where there is one, and at the end writes the model directory.
/// </summary>
public sealed class TeacherRun
{
    private const int ValidateEvery = 500;

    private readonly TeacherSettings _settings;
    private readonly string _directory;
    private readonly Corpus _training;
    private readonly Corpus _validation;

    /// <summary>Names what the run needs.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="training">The corpus to learn.</param>
    /// <param name="validation">Utterances whose word error rate is logged.</param>
    /// <param name="directory">Receives the model, the log and the state.</param>
    public TeacherRun(TeacherSettings settings, Corpus training, Corpus validation, string directory)
    {
        (_settings, _training, _validation, _directory) = (settings, training, validation, directory);
    }

    /// <summary>A line of the log, <c>training-log.jsonl</c>: means since the line before.</summary>
    public sealed record LogLine(int Update, double? Ctc, double? CrossEntropy, double? ValidationWer, double UpdatesPerSecond);

    /// <summary>Trains to the end, or until <paramref name="stop"/>, after which the same call goes on.</summary>
    /// <param name="progress">Told of each update.</param>
    /// <param name="log">Called with each line of the log.</param>
    /// <param name="stop">Saves the state and throws.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; its state is saved.</exception>
    public void Train(IProgress<Progress> progress, Action<LogLine> log, CancellationToken stop)
    {
        Directory.CreateDirectory(_directory);
        var tokenizer = WhisperTokenizer.Train(
            _training.Utterances.Select(u => u.Text), _settings.Pieces, _settings.WindowSeconds);
        var examples = _training.Stream()
            .Select(e => SpeechExample.From(e.Clip.Samples, tokenizer.Encode(e.Utterance.Text)))
            .ToList();
        using var trainer = new TeacherTrainer(_settings, tokenizer, examples, StatePath);
        using var lines = new StreamWriter(Path.Combine(_directory, "training-log.jsonl"), append: trainer.Update > 0);
        var steps = new List<TeacherTrainer.Step>();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (trainer.Update < _settings.Updates)
        {
            if (stop.IsCancellationRequested)
            {
                trainer.Save();
                throw new OperationCanceledException($"Update {trainer.Update} of {_settings.Updates} is saved in {StatePath}; run the same command to go on.", stop);
            }

            steps.Add(trainer.Next());
            progress.Report(new Progress("Training the teacher", trainer.Update, _settings.Updates, Describe(steps[^1])));
            if (trainer.Update % ValidateEvery == 0 || trainer.Update == _settings.Updates)
            {
                var line = Summarise(steps, watch.Elapsed.TotalSeconds, ValidationWer(trainer, tokenizer));
                lines.WriteLine(JsonSerializer.Serialize(line, CamelCase));
                lines.Flush();
                log(line);
                trainer.Save();
                steps.Clear();
                watch.Restart();
            }
        }

        Export(trainer.Model, tokenizer);
    }

    private static readonly JsonSerializerOptions CamelCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static string Describe(TeacherTrainer.Step step) =>
        double.IsNaN(step.CrossEntropy) ? $"CTC {step.Ctc:0.00}" : $"cross-entropy {step.CrossEntropy:0.00}";

    private string StatePath => Path.Combine(_directory, "state.safetensors");

    private static LogLine Summarise(List<TeacherTrainer.Step> steps, double seconds, double? wer)
    {
        static double? Mean(IEnumerable<double> values)
        {
            var used = values.Where(double.IsFinite).ToList();
            return used.Count == 0 ? null : Math.Round(used.Average(), 4);
        }

        return new LogLine(
            steps[^1].Update + 1,
            Mean(steps.Select(s => s.Ctc)),
            Mean(steps.Select(s => s.CrossEntropy)),
            wer,
            Math.Round(steps.Count / seconds, 2));
    }

    private double? ValidationWer(TeacherTrainer trainer, WhisperTokenizer tokenizer)
    {
        if (trainer.Update <= _settings.CtcUpdates)
        {
            return null; // Nothing is written yet.
        }

        trainer.Model.eval();
        // Not disposed: the model is the trainer's.
        var written = new Transcriber(trainer.Model, tokenizer).Transcribe([.. _validation.Stream().Select(e => e.Clip)]);
        trainer.Model.train();
        return Math.Round(WordErrorRate.Of(_validation.Utterances.Select(u => u.Text), written.Select(w => w.Text)).Rate, 2);
    }

    private void Export(WhisperModel model, WhisperTokenizer tokenizer)
    {
        tokenizer.Save(_directory);
        CompanionFiles.Write(_directory, model.Config, tokenizer);
        Checkpoint.Save(model, _directory, ScalarType.Float16);
    }
}
