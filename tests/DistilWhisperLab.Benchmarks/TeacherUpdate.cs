using BenchmarkDotNet.Attributes;
using DistilWhisperLab.Text;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Benchmarks;

/// <summary>
/// One update of the teacher's training from scratch with the default settings, in each of its phases. The batches
/// come from the trainer's own thread, as in a real run.
/// </summary>
public class TeacherUpdate : BesideYardstick
{
    private const int Updates = 2;

    private TeacherSettings _settings = null!;
    private WhisperTokenizer _tokenizer = null!;
    private SampleFile _audio = null!;
    private IReadOnlyList<SpeechExample> _examples = null!;
    private TeacherTrainer _trainer = null!;
    private int _first;

    [ParamsAllValues]
    public TeacherPhase Phase { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // An update costs the same whenever it comes, so the phase is put to the run's beginning, behind the one
        // update of the encoder alone without which there is no CTC loss later.
        var recipe = new TeacherSettings();
        _settings = Phase switch
        {
            TeacherPhase.Encoder => recipe,
            TeacherPhase.Single => recipe with { CtcUpdates = 1 },
            _ => recipe with { CtcUpdates = 1, JoinFrom = 0 },
        };
        _tokenizer = SyntheticSpeech.Tokenizer(_settings);
        _audio = new SampleFile(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        _examples = SyntheticSpeech.Examples(_audio, _tokenizer, 400);
        _trainer = new TeacherTrainer(
            _settings, _tokenizer, _examples, Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        _trainer.Next();
        _first = _trainer.Update;
    }

    [Benchmark(OperationsPerInvoke = Updates)]
    public void Update()
    {
        for (var i = 0; i < Updates; i++)
        {
            _trainer.Next();
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        using var batches = new TeacherBatches(_settings, _trainer.Model.Config, _tokenizer, _examples);
        var flops = Enumerable.Range(_first, _trainer.Update - _first).Average(update => Flops(batches, update));
        Note(nameof(Update), Phase, new Work(flops));
        _trainer.Dispose();
        _audio.Dispose();
    }

    /// <summary>Of an update, whose batch is made again to see its shape, padding included. The CTC head is left out.</summary>
    private double Flops(TeacherBatches batches, int update)
    {
        var config = _trainer.Model.Config;
        using var batch = batches.Make(update);
        var (count, frames) = (batch.Features.shape[0], batch.Features.shape[2]);
        var decoder = batch.Tokens is { } tokens
            ? ModelFlops.Decoder(config, count, tokens.Inputs.shape[1], frames, tokens.Count)
            : 0;
        return ModelFlops.ForwardAndBackward * (ModelFlops.Encoder(config, count, frames) + decoder);
    }
}
