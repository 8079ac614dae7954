using System.CommandLine;
using System.Globalization;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Cli;

/// <summary>
/// The options of <c>lab teacher train</c>. A setting that is not given keeps the recipe's value, which depends on
/// whether the run starts from scratch or from a model.
/// </summary>
internal sealed class TeacherOptions
{
    private static readonly TeacherSettings Scratch = new(), Stage = TeacherSettings.StageFrom("");

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Model directory whose weights and tokenizer a further stage starts from; its dimensions are kept. From scratch by default.",
    };

    private readonly Option<int?> _updates = Setting<int>("--updates", "Updates of the whole run", s => s.Updates);
    private readonly Option<int?> _ctcUpdates = Setting<int>(
        "--ctc-updates", "Updates at its start that train the encoder alone; with 0 there is no CTC loss at all", s => s.CtcUpdates);
    private readonly Option<double?> _joinFrom = Setting<double>(
        "--join-from", "Share of the run after which windows are whole and hold several utterances", s => s.JoinFrom);
    private readonly Option<double?> _learningRate = Setting<double>("--learning-rate", "The highest learning rate", s => s.PeakLearningRate);
    private readonly Option<int?> _batch = Setting<int>("--batch", "Windows a batch once the decoder is trained", s => s.Batch);
    private readonly Option<int?> _pieces = Setting<int>("--pieces", "Text pieces of the tokenizer", s => s.Pieces);
    private readonly Option<double?> _window = Setting<double>("--window", "Length of the window in whole seconds", s => s.WindowSeconds);
    private readonly Option<int?> _targetPositions = new("--target-positions")
    {
        Description = "Decoder positions, of which a transcript fills half at most; by default 16 for each second of the window.",
    };

    private readonly Option<int?> _encoderLayers = Setting<int>("--encoder-layers", "Encoder blocks", s => s.EncoderLayers);
    private readonly Option<int?> _decoderLayers = Setting<int>("--decoder-layers", "Decoder blocks", s => s.DecoderLayers);
    private readonly Option<int?> _width = Setting<int>("--width", "Width of the model", s => s.Width);
    private readonly Option<int?> _heads = Setting<int>("--heads", "Attention heads", s => s.Heads);
    private readonly Option<double?> _speechless = Setting<double>(
        "--speechless", "Share of windows in which nobody speaks; the more, the less the model hallucinates", s => s.SpeechlessShare);
    private readonly Option<int?> _seed = Setting<int>("--seed", "The run's seed", s => s.Seed);

    public Option<string> Corpus { get; } = new("--corpus")
    {
        Description = $"The training utterances: {CorpusText.Formats}. lab corpus build --splits teacher makes the default. While it is learned, its audio takes 115 MB of the disk of --out for each hour.",
        DefaultValueFactory = _ => Path.Combine(LabPaths.Artifacts, "corpus", "teacher.jsonl"),
    };

    public Option<string?> Validation { get; } = new("--validation")
    {
        Description = "A corpus whose word error rate is logged every 1,000 updates; none by default.",
    };

    public Option<string> Output { get; } = new("--out")
    {
        Description = "Folder for the model, its training log and the state from which a stopped run goes on.",
        DefaultValueFactory = _ => Path.Combine(LabPaths.Artifacts, "teacher"),
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[
            Corpus, Validation, Output, _from, _updates, _ctcUpdates, _joinFrom, _learningRate, _batch, _pieces, _window,
            _targetPositions, _encoderLayers, _decoderLayers, _width, _heads, _speechless, _seed])
        {
            command.Options.Add(option);
        }

        foreach (var count in (Option[])[_updates, _batch, _pieces, _targetPositions, _encoderLayers, _decoderLayers, _width, _heads])
        {
            count.MustBePositive();
        }

        command.Validators.Add(result =>
        {
            // A further stage keeps what its model is; better to say so than to let a wish go unheard.
            if (result.GetValue(_from) is not null && OfTheModel.FirstOrDefault(option => result.GetResult(option) is not null) is { } asked)
            {
                result.AddError($"{asked.Name} cannot be given with --from: a further stage keeps the model's dimensions and tokenizer.");
            }
        });
    }

    private Option[] OfTheModel => [_pieces, _window, _targetPositions, _encoderLayers, _decoderLayers, _width, _heads];

    public TeacherSettings Settings(ParseResult parsed)
    {
        var recipe = parsed.GetValue(_from) is { } directory ? TeacherSettings.StageFrom(directory) : Scratch;
        var settings = recipe with
        {
            Updates = parsed.GetValue(_updates) ?? recipe.Updates,
            CtcUpdates = parsed.GetValue(_ctcUpdates) ?? recipe.CtcUpdates,
            JoinFrom = parsed.GetValue(_joinFrom) ?? recipe.JoinFrom,
            PeakLearningRate = parsed.GetValue(_learningRate) ?? recipe.PeakLearningRate,
            Batch = parsed.GetValue(_batch) ?? recipe.Batch,
            Pieces = parsed.GetValue(_pieces) ?? recipe.Pieces,
            WindowSeconds = parsed.GetValue(_window) ?? recipe.WindowSeconds,
            EncoderLayers = parsed.GetValue(_encoderLayers) ?? recipe.EncoderLayers,
            DecoderLayers = parsed.GetValue(_decoderLayers) ?? recipe.DecoderLayers,
            Width = parsed.GetValue(_width) ?? recipe.Width,
            Heads = parsed.GetValue(_heads) ?? recipe.Heads,
            SpeechlessShare = parsed.GetValue(_speechless) ?? recipe.SpeechlessShare,
            Seed = parsed.GetValue(_seed) ?? recipe.Seed,
        };
        // Only where it was given, since the default follows the window.
        return parsed.GetValue(_targetPositions) is { } positions ? settings with { MaxTargetPositions = positions } : settings;
    }

    private static Option<T?> Setting<T>(string name, string description, Func<TeacherSettings, T> value) where T : struct, IFormattable
    {
        string Text(TeacherSettings settings) => value(settings).ToString(null, CultureInfo.InvariantCulture);
        var stage = Text(Stage) == Text(Scratch) ? "" : $", with --from {Text(Stage)}";
        return new Option<T?>(name) { Description = $"{description}; by default {Text(Scratch)}{stage}." };
    }
}
