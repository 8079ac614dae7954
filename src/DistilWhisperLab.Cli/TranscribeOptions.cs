using System.CommandLine;
using System.Globalization;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Cli;

/// <summary>
/// The options that say how <c>lab transcribe</c> decodes, under openai-whisper's names and with the defaults of its
/// <c>transcribe()</c>.
/// </summary>
internal sealed class TranscribeOptions
{
    private readonly Option<string?> _language = new("--language")
    {
        Description = "The speech's language, by code or English name; detected where it is not given.",
    };

    private readonly Option<string> _task = new("--task")
    {
        Description = "Write the words as spoken (transcribe) or in English (translate).",
        DefaultValueFactory = _ => "transcribe",
    };

    // No number stands for an option that is not given or is None.
    private readonly Option<double> _temperature = Number("--temperature", "The temperature, and no other; 0 and then 0.2 to 1.0 where a window fails, by default.");
    private readonly Option<double> _increment = Number("--temperature-increment-on-fallback", "Where a window fails, raise the temperature in such steps up to 1.0.");
    private readonly Option<int?> _bestOf = new("--best-of") { Description = "Samples of which the best is taken, at temperatures above 0." };
    private readonly Option<int?> _beamSize = new("--beam-size") { Description = "Beams, at temperature 0; greedy where it is not given." };
    private readonly Option<double> _patience = Number("--patience", "Times the beam size: how many finished sequences end a beam search.");
    private readonly Option<double> _lengthPenalty = Number("--length-penalty", "Alpha of the length penalty, 0 to 1; the mean log-probability by default.");
    private readonly Option<string> _suppressTokens = new("--suppress-tokens")
    {
        Description = "Token ids never written, parted by commas; -1 stands for the checkpoint's own list, \"\" for none.",
        DefaultValueFactory = _ => "-1",
    };

    private readonly Option<string?> _initialPrompt = new("--initial-prompt") { Description = "Text to put before the first window, such as names." };
    private readonly Option<bool> _condition = Switch("--condition-on-previous-text", "Tell each window the text before it.", true);
    private readonly Option<double> _compressionRatio = Number(
        "--compression-ratio-threshold",
        "A window whose text compresses better has failed; None for no such test.", 2.4);
    private readonly Option<double> _logProbability = Number(
        "--logprob-threshold",
        "A window of lower average log-probability has failed; None for no such test.", -1.0);
    private readonly Option<double> _noSpeech = Number(
        "--no-speech-threshold",
        "An improbable window with a higher no-speech probability is silence; None for no such test.", 0.6);
    private readonly Option<bool> _words = Switch("--word-timestamps", "Find the times of the words.", false);
    private readonly Option<bool> _withoutTimestamps = Switch("--without-timestamps", "Decode without timestamps.", false);
    private readonly Option<string> _clips = new("--clip-timestamps")
    {
        Description = "Parts to transcribe: start,end,start,end,… in seconds; the last end left out is the recording's.",
        DefaultValueFactory = _ => "0",
    };

    private readonly Option<string> _algorithm = new("--algorithm")
    {
        Description = "sequential: window after window, as openai-whisper; chunked: overlapping chunks in batches, as transformers, at temperature 0 unless a temperature is given.",
        DefaultValueFactory = _ => "sequential",
    };

    private readonly Option<double> _chunkLength = Number("--chunk-length", "Seconds in a chunk; the model's window by default.");
    private readonly Option<int> _batchSize = new("--batch-size") { Description = "Chunks decoded together.", DefaultValueFactory = _ => 16 };

    /// <summary>Adds the options to a command, and the checks of how they go together.</summary>
    public void AddTo(Command command)
    {
        _task.AcceptOnlyFromAmong("transcribe", "translate");
        _algorithm.AcceptOnlyFromAmong("sequential", "chunked");
        Option[] all =
        [
            _language, _task, _temperature, _increment, _bestOf, _beamSize, _patience, _lengthPenalty, _suppressTokens,
            _initialPrompt, _condition, _compressionRatio, _logProbability, _noSpeech, _words, _withoutTimestamps, _clips,
            _algorithm, _chunkLength, _batchSize,
        ];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }

        Check(_language, value => WhisperLanguages.Find(value) is not null, "a language that Whisper knows");
        Check(_increment, value => IsNone(value) || ToDouble(value) > 0, "a number above 0, or None");
        Check(_suppressTokens, value => Integers(value) is not null, "token ids parted by commas");
        Check(_clips, value => Numbers(value) is { } times && times.All(t => t >= 0), "times in seconds parted by commas");
        Check(_batchSize, value => int.TryParse(value, out var size) && size > 0, "a number above 0");
        command.Validators.Add(result =>
        {
            var chunked = result.GetValue(_algorithm) == "chunked";
            Option[] wrong = chunked ? [_clips, _condition] : [_chunkLength, _batchSize];
            foreach (var option in wrong.Where(o => result.GetResult(o) is { Implicit: false }))
            {
                result.AddError($"{option.Name} goes with --algorithm {(chunked ? "sequential" : "chunked")} only.");
            }
        });
    }

    public bool IsChunked(ParseResult parsed) => parsed.GetValue(_algorithm) == "chunked";

    public bool WordTimestamps(ParseResult parsed) => parsed.GetValue(_words);

    /// <summary>How each window is decoded.</summary>
    /// <exception cref="LabException">The model does not know the language or cannot do the task.</exception>
    public DecodingOptions Decoding(ParseResult parsed, WhisperTokenizer tokenizer)
    {
        var language = parsed.GetValue(_language) is { } given ? WhisperLanguages.Find(given) : null;
        var translate = parsed.GetValue(_task) == "translate";
        // Refused here, once, and not for each recording.
        _ = tokenizer.StartSequence(language ?? "en", translate ? SpeechTask.Translate : SpeechTask.Transcribe, timestamps: true);
        return new DecodingOptions
        {
            Language = language,
            Task = translate ? SpeechTask.Translate : SpeechTask.Transcribe,
            BestOf = parsed.GetValue(_bestOf),
            BeamSize = parsed.GetValue(_beamSize),
            Patience = Given(parsed, _patience),
            LengthPenalty = Given(parsed, _lengthPenalty),
            Timestamps = !parsed.GetValue(_withoutTimestamps),
            SuppressTokens = Suppressed(Integers(parsed.GetRequiredValue(_suppressTokens))!, tokenizer),
        };
    }

    public SequentialOptions Sequential(ParseResult parsed, WhisperTokenizer tokenizer) => new()
    {
        Decoding = Decoding(parsed, tokenizer),
        Fallback = Fallback(parsed, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ConditionOnPreviousText = parsed.GetValue(_condition),
        InitialPrompt = parsed.GetValue(_initialPrompt),
        ClipTimestamps = Numbers(parsed.GetRequiredValue(_clips))!,
    };

    public ChunkedOptions Chunked(ParseResult parsed, WhisperTokenizer tokenizer) => new()
    {
        Decoding = Decoding(parsed, tokenizer) with
        {
            Prompt = parsed.GetValue(_initialPrompt) is { } prompt ? tokenizer.Encode(" " + prompt.Trim()) : [],
        },
        Fallback = Fallback(parsed, [0]),
        ChunkSeconds = Given(parsed, _chunkLength),
        BatchSize = parsed.GetValue(_batchSize),
    };

    private DecodingFallback Fallback(ParseResult parsed, double[] ladder)
    {
        var (first, step) = (Given(parsed, _temperature), Given(parsed, _increment));
        return new DecodingFallback
        {
            Temperatures = step is { } rise ? Ladder(first ?? 0, rise)
                : first is { } only ? [only]
                : parsed.GetResult(_increment) is { Implicit: false } ? [0] : ladder,
            CompressionRatioThreshold = Given(parsed, _compressionRatio),
            LogProbabilityThreshold = Given(parsed, _logProbability),
            NoSpeechThreshold = Given(parsed, _noSpeech),
        };
    }

    private static double[] Ladder(double first, double step)
    {
        var steps = (int)Math.Max(0, Math.Floor((1.0 - first) / step + 1e-6));
        return [.. Enumerable.Range(0, steps + 1).Select(i => Math.Round(first + i * step, 6))];
    }

    private static List<int>? Suppressed(List<int> tokens, WhisperTokenizer tokenizer) => tokens is [-1]
        ? null
        : tokens.Contains(-1) ? [.. tokenizer.SuppressNonSpeech(), .. tokens.Where(t => t >= 0)] : tokens;

    private static Option<bool> Switch(string name, string description, bool otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    /// <summary>A number or None; <paramref name="otherwise"/> where the option is not given, if anything.</summary>
    private static Option<double> Number(string name, string description, double? otherwise = null)
    {
        var option = new Option<double>(name)
        {
            Description = description,
            CustomParser = result => ToDouble(result.Tokens[0].Value) ?? double.NaN,
        };
        if (otherwise is { } number)
        {
            option.DefaultValueFactory = _ => number;
        }

        Check(option, value => IsNone(value) || ToDouble(value) is not null, "a number");
        return option;
    }

    private static double? Given(ParseResult parsed, Option<double> option) =>
        parsed.GetResult(option) is not null && parsed.GetValue(option) is var number && !double.IsNaN(number) ? number : null;

    private static void Check(Option option, Predicate<string> isRight, string expected) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !isRight(result.Tokens[0].Value))
        {
            result.AddError($"{option.Name} must be {expected}, not \"{result.Tokens[0].Value}\".");
        }
    });

    private static bool IsNone(string text) => text.Equals("None", StringComparison.OrdinalIgnoreCase);

    private static double? ToDouble(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static List<double>? Numbers(string list)
    {
        var numbers = list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ToDouble).ToList();
        return numbers.Contains(null) ? null : numbers.ConvertAll(n => n!.Value);
    }

    private static List<int>? Integers(string list) =>
        Numbers(list) is { } numbers && numbers.TrueForAll(n => n == (int)n && n >= -1) ? numbers.ConvertAll(n => (int)n) : null;
}
