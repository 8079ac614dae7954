using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// Writes what is said in windows of sound, a batch at a time: greedily, by sampling or by beam search
/// (<c>DecodingTask</c> of openai-whisper).
/// </summary>
/// <param name="model">The model, in evaluation mode.</param>
/// <param name="tokenizer">Its tokenizer.</param>
public sealed class WindowDecoder(WhisperModel model, WhisperTokenizer tokenizer)
{
    /// <summary>Decodes windows from their log-mel spectrograms.</summary>
    /// <param name="mel"><c>[batch, mels, window frames]</c>.</param>
    /// <param name="options">How.</param>
    /// <exception cref="LabException">The options contradict one another or ask for what the model cannot do.</exception>
    public IReadOnlyList<DecodingResult> Decode(Tensor mel, DecodingOptions options)
    {
        using var scope = NewDisposeScope();
        return DecodeStates(Encode(mel), options);
    }

    /// <summary>The encoder's states of windows, <c>[batch, window frames / 2, d_model]</c>; the caller's.</summary>
    /// <param name="mel"><c>[batch, mels, window frames]</c>.</param>
    public Tensor Encode(Tensor mel)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        return model.Encoder.forward(mel.to(model.Decoder.TokenEmbedding.dtype, model.Device)).MoveToOuterDisposeScope();
    }

    /// <summary>Decodes windows from the encoder's states, for students that share their teacher's encoder too.</summary>
    /// <param name="states"><c>[batch, frames, d_model]</c>.</param>
    /// <param name="options">How.</param>
    /// <param name="prompts">
    /// Tokens of the text before each window, of any lengths; null takes those of the options for all.
    /// </param>
    /// <exception cref="LabException">The options contradict one another or ask for what the model cannot do.</exception>
    public IReadOnlyList<DecodingResult> DecodeStates(
        Tensor states, DecodingOptions options, IReadOnlyList<IReadOnlyList<int>>? prompts = null)
    {
        Check(options);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var count = (int)states.shape[0];
        var positions = model.Config.MaxTargetPositions;
        var languages = Languages(states, options.Language);
        var inputs = Enumerable.Range(0, count)
            .Select(i => DecoderPrompt.Build(tokenizer, options, languages[i], prompts?[i] ?? options.Prompt, positions))
            .ToList();
        var width = inputs.Max(input => input.Count);
        // Half of the positions are for the transcript; the last token is not read again, so it needs none.
        var limit = Math.Min(positions / 2, positions + 1 - width);
        var rowsPerState = options.BeamSize ?? options.BestOf ?? 1;
        using var cache = new KeyValueCache(
            model.Decoder, states, width + limit - 1, rowsPerState, [.. inputs.Select(input => width - input.Count)]);
        using var filter = new LogitFilter(tokenizer, options, model.Device);
        ITokenSelection selection = options.BeamSize is { } beams
            ? new BeamSearch(tokenizer.EndOfText, count, beams, options.Patience ?? 1)
            : new TokenSampling(tokenizer.EndOfText, count, rowsPerState, options.Temperature, options.Seed, model.Device);

        var (logits, noSpeech) = Begin(inputs, width, rowsPerState, cache);
        for (var step = 1; !Advance(logits, filter, selection) && step < limit; step++)
        {
            using var stepScope = NewDisposeScope();
            if (selection.Sources is { } sources)
            {
                cache.Reorder(sources);
            }

            var last = tensor(selection.Written.Select(row => (long)row[^1]).ToArray(), device: model.Device);
            var hidden = model.Decoder.forward(last.unsqueeze(1), cache);
            logits = Logits(hidden.squeeze(1)).MoveToOuterDisposeScope();
        }

        (selection as IDisposable)?.Dispose();
        return [.. selection.Finish().Select((hypotheses, i) =>
            Result(Best(hypotheses, options.LengthPenalty), noSpeech[i], options.Temperature, languages[i]))];
    }

    /// <summary>The probability of each language that a multilingual model knows, for each window, by code.</summary>
    /// <param name="states">The encoder's states, <c>[batch, frames, d_model]</c>.</param>
    /// <exception cref="LabException">The model is English-only.</exception>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> DetectLanguage(Tensor states)
    {
        if (!tokenizer.IsMultilingual)
        {
            throw new LabException("The model is English-only and cannot detect languages; use a multilingual one.");
        }

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var cache = new KeyValueCache(model.Decoder, states, capacity: 1);
        var start = full(states.shape[0], 1, tokenizer.StartOfTranscript, ScalarType.Int64, model.Device);
        var logits = Logits(model.Decoder.forward(start, cache).squeeze(1));
        var tokens = tensor(tokenizer.Languages.Values.Select(id => (long)id).ToArray(), device: model.Device);
        var probabilities = logits.index_select(1, tokens).softmax(-1).cpu();
        return [.. Enumerable.Range(0, (int)states.shape[0]).Select(row =>
            tokenizer.Languages.Keys
                .Zip(probabilities[row].data<float>().ToArray())
                .ToDictionary(language => language.First, language => (double)language.Second))];
    }

    private string[] Languages(Tensor states, string? given)
    {
        if (given is null && tokenizer.IsMultilingual)
        {
            return [.. DetectLanguage(states).Select(probabilities => probabilities.MaxBy(p => p.Value).Key)];
        }

        var code = given is null ? "en" : WhisperLanguages.Find(given) ?? given;
        return [.. Enumerable.Repeat(code, (int)states.shape[0])];
    }

    /// <summary>Reads the prompts: the first token's logits for every row, and the probabilities that nobody speaks.</summary>
    private (Tensor Logits, float[] NoSpeech) Begin(
        List<IReadOnlyList<int>> inputs, int width, int rowsPerState, KeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        var padded = inputs.SelectMany(input => Enumerable.Repeat(tokenizer.EndOfText, width - input.Count).Concat(input));
        var tokens = tensor(padded.Select(id => (long)id).ToArray(), device: model.Device).view(inputs.Count, width);
        var hidden = model.Decoder.forward(tokens, cache);
        // Padded at the left, all inputs have the start of the transcript at the same place.
        var start = width - (inputs[0].Count - inputs[0].ToList().IndexOf(tokenizer.StartOfTranscript));
        var atStart = Logits(hidden.select(1, start));
        var logits = start == width - 1 ? atStart : Logits(hidden.select(1, width - 1));
        var noSpeech = atStart.softmax(-1).select(1, tokenizer.NoSpeech).cpu().data<float>().ToArray();
        return (logits.repeat_interleave(rowsPerState, 0).MoveToOuterDisposeScope(), noSpeech);
    }

    private static bool Advance(Tensor logits, LogitFilter filter, ITokenSelection selection)
    {
        filter.Apply(logits, selection.Written);
        var ended = selection.Advance(logits);
        logits.Dispose();
        return ended;
    }

    private Tensor Logits(Tensor hidden) => model.Decoder.Logits(hidden).to(ScalarType.Float32);

    private DecodingResult Result(Hypothesis best, float noSpeech, double temperature, string language)
    {
        var text = tokenizer.Decode(best.Tokens).Trim();
        return new DecodingResult(
            best.Tokens,
            text,
            best.LogProbability / (best.Tokens.Count + 1),
            noSpeech,
            TextCompression.Ratio(text),
            temperature,
            language);
    }

    /// <summary>The most probable for its length (<c>MaximumLikelihoodRanker</c>; the penalty of Wu et al. 2016).</summary>
    private static Hypothesis Best(IReadOnlyList<Hypothesis> hypotheses, double? lengthPenalty) =>
        hypotheses.MaxBy(h => h.LogProbability / (lengthPenalty is { } alpha
            ? Math.Pow((5 + h.Tokens.Count) / 6.0, alpha)
            : Math.Max(1, h.Tokens.Count)))!;

    private void Check(DecodingOptions options)
    {
        var wrong = options switch
        {
            { Temperature: < 0 or double.NaN } => "The temperature must not be negative.",
            { BeamSize: < 1 } or { BestOf: < 1 } => "At least one beam or sample is needed.",
            { BeamSize: not null, BestOf: not null } => "A beam search takes no samples; give the beam size or the number of samples.",
            { BeamSize: not null, Temperature: > 0 } => "A beam search has no temperature; set it to 0 or leave the beams out.",
            { BestOf: > 1, Temperature: 0 } => "Samples differ only at a temperature above 0.",
            { Patience: not null, BeamSize: null } => "The patience is that of a beam search; give a beam size.",
            { Patience: <= 0 or double.NaN } => "The patience must be above 0.",
            { LengthPenalty: < 0 or > 1 or double.NaN } => "The length penalty lies between 0 and 1.",
            { BeamSize: { } beams } when beams >= tokenizer.EndOfText => "There are more beams than tokens.",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new LabException(wrong);
        }
    }
}
