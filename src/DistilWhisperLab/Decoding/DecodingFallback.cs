using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// Decodes again at a higher temperature what repeats itself or is improbable (<c>decode_with_fallback</c> of
/// openai-whisper; Radford et al. 2022, §4.5). Beams are used at temperature zero only, samples above it only.
/// </summary>
public sealed record DecodingFallback
{
    /// <summary>The temperatures in the order in which they are tried; the last one's text is taken as it is.</summary>
    public IReadOnlyList<double> Temperatures { get; init; } = [0, 0.2, 0.4, 0.6, 0.8, 1.0];

    /// <summary>A text that compresses better has failed; null for no such test.</summary>
    public double? CompressionRatioThreshold { get; init; } = 2.4;

    /// <summary>A text of lower average log-probability has failed; null for no such test.</summary>
    public double? LogProbabilityThreshold { get; init; } = -1.0;

    /// <summary>
    /// With a higher no-speech probability an improbable text has not failed: the window is silence. Null for no such
    /// test.
    /// </summary>
    public double? NoSpeechThreshold { get; init; } = 0.6;

    /// <summary>Whether a text asks for a higher temperature.</summary>
    public bool HasFailed(DecodingResult result)
    {
        var improbable = result.AverageLogProbability < LogProbabilityThreshold;
        var silence = result.NoSpeechProbability > NoSpeechThreshold && improbable;
        return !silence && (improbable || result.CompressionRatio > CompressionRatioThreshold);
    }

    /// <summary>Whether a window is to be passed over as silence, whatever was written.</summary>
    public bool IsSilence(DecodingResult result) =>
        result.NoSpeechProbability > NoSpeechThreshold && !(result.AverageLogProbability > LogProbabilityThreshold);

    /// <summary>Decodes windows, each at the first temperature at which it succeeds.</summary>
    /// <param name="decoder">The model's decoder.</param>
    /// <param name="states">The encoder's states, <c>[batch, frames, d_model]</c>.</param>
    /// <param name="options">All else; the temperature is this ladder's.</param>
    /// <param name="prompts">Tokens of the text before each window; null takes those of the options for all.</param>
    /// <param name="cancellation">Stops between two temperatures.</param>
    /// <exception cref="LabException">There is no temperature, or the options contradict one another.</exception>
    public IReadOnlyList<DecodingResult> Decode(
        WindowDecoder decoder,
        Tensor states,
        DecodingOptions options,
        IReadOnlyList<IReadOnlyList<int>>? prompts = null,
        CancellationToken cancellation = default)
    {
        if (Temperatures.Count == 0)
        {
            throw new LabException("At least one temperature is needed.");
        }

        using var scope = NewDisposeScope();
        var results = new DecodingResult[states.shape[0]];
        var open = Enumerable.Range(0, results.Length).ToList();
        foreach (var temperature in Temperatures)
        {
            cancellation.ThrowIfCancellationRequested();
            var left = open.Count == results.Length
                ? states
                : states.index_select(0, tensor(open.Select(i => (long)i).ToArray(), device: states.device));
            var again = decoder.DecodeStates(
                left, At(temperature, options), prompts is null ? null : [.. open.Select(i => prompts[i])]);
            open.Zip(again).ToList().ForEach(pair => results[pair.First] = pair.Second);
            open.RemoveAll(i => !HasFailed(results[i]));
            if (open.Count == 0)
            {
                break;
            }
        }

        return results;
    }

    private static DecodingOptions At(double temperature, DecodingOptions options) => temperature > 0
        ? options with { Temperature = temperature, BeamSize = null, Patience = null }
        : options with { Temperature = temperature, BestOf = null };
}
