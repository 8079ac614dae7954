using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

public class DecodingFallbackTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);

    [Theory]
    [InlineData(3.0, -0.3, 0.9, true, false)]
    [InlineData(3.0, -1.5, 0.9, false, true)]
    [InlineData(1.0, -0.3, 0.9, false, false)]
    [InlineData(1.0, -1.5, 0.3, true, false)]
    [InlineData(2.4, -1.0, 0.6, false, false)]
    public void A_text_fails_by_repetition_or_improbability_unless_it_is_silence(
        double ratio, double logProbability, double noSpeech, bool failed, bool silence)
    {
        var result = new DecodingResult([], "", logProbability, noSpeech, ratio);
        var fallback = new DecodingFallback();
        Assert.Equal(failed, fallback.HasFailed(result));
        Assert.Equal(silence, fallback.IsSilence(result));
    }

    [Fact]
    public void A_threshold_of_null_switches_its_test_off()
    {
        var repetitive = new DecodingResult([], "", -1.5, 0.9, 3);
        Assert.True(new DecodingFallback { NoSpeechThreshold = null }.HasFailed(repetitive));
        Assert.False(new DecodingFallback { NoSpeechThreshold = null }.IsSilence(repetitive));
        var withoutProbability = new DecodingFallback { LogProbabilityThreshold = null };
        Assert.True(withoutProbability.HasFailed(repetitive));
        Assert.True(withoutProbability.IsSilence(repetitive)); // the reference then looks at no-speech alone
        Assert.False((withoutProbability with { CompressionRatioThreshold = null }).HasFailed(repetitive));
    }

    [Fact]
    public void What_fails_is_decoded_again_and_the_last_temperature_is_taken_as_it_is()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var decoder = new WindowDecoder(model, Tokenizer);
        var states = decoder.Encode(randn(4, 8, 40));
        var first = decoder.DecodeStates(states, new DecodingOptions { BeamSize = 2 });
        var threshold = first.Select(r => r.AverageLogProbability).Order().ElementAt(1) + 1e-6;
        var fallback = new DecodingFallback
        {
            Temperatures = [0, 0.5, 5],
            CompressionRatioThreshold = null,
            LogProbabilityThreshold = threshold,
            NoSpeechThreshold = null,
        };
        // Beams at temperature zero, samples above: the two contradict one another only in one and the same pass.
        var results = fallback.Decode(
            decoder, states, new DecodingOptions { BeamSize = 2, BestOf = 3 }, cancellation: TestContext.Current.CancellationToken);
        for (var row = 0; row < 4; row++)
        {
            var passed = first[row].AverageLogProbability >= threshold;
            Assert.Equal(passed, results[row].Temperature == 0);
            if (passed)
            {
                Assert.Equal(first[row].Tokens, results[row].Tokens);
            }
            else if (results[row].AverageLogProbability < threshold)
            {
                Assert.Equal(5, results[row].Temperature);
            }
        }

        Assert.Equal(2, results.Count(r => r.Temperature == 0));
    }

    [Fact]
    public void Without_temperatures_nothing_can_be_decoded()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var decoder = new WindowDecoder(model, Tokenizer);
        Assert.Throws<LabException>(() => new DecodingFallback { Temperatures = [] }.Decode(
            decoder, decoder.Encode(randn(1, 8, 40)), new DecodingOptions(), cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_text_that_repeats_itself_compresses_well()
    {
        Assert.Equal(0, TextCompression.Ratio(""));
        Assert.InRange(TextCompression.Ratio("The quick brown fox jumps over the lazy dog."), 0.5, 1);
        Assert.True(TextCompression.Ratio(string.Concat(Enumerable.Repeat("and so on ", 20))) > 5);
    }

    private static WhisperModel Model()
    {
        manual_seed(31);
        var model = new WhisperModel(Tiny.Config(vocabulary: Tokenizer.VocabularySize));
        model.eval();
        return model;
    }
}
