using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

public class WindowDecoderTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);
    private static readonly int[] Start = [Tokenizer.StartOfTranscript, Tokenizer.NoTimestamps];

    [Fact]
    public void Greedy_in_a_batch_writes_what_whole_sequences_give_one_by_one()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var model = Model(7);
        var mel = randn(5, 8, 40);
        var results = new WindowDecoder(model, Tokenizer).Decode(mel, new DecodingOptions());
        for (var row = 0; row < 5; row++)
        {
            var expected = new StraightforwardDecoder(model, Tokenizer, Start).Greedy(States(model, mel, row));
            Assert.Equal(expected.Tokens, results[row].Tokens);
            Assert.Equal(expected.Sum / (expected.Tokens.Count + 1), results[row].AverageLogProbability, 3);
        }

        Assert.Contains(results, r => r.Tokens.Count is > 0 and < 12);
    }

    [Theory]
    [InlineData(3, 1.0, null)]
    [InlineData(3, 2.0, 1.0)]
    [InlineData(5, 0.6, 0.3)]
    [InlineData(1, 1.0, null)]
    public void Beam_search_in_a_batch_writes_what_its_description_gives(int beams, double patience, double? penalty)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var model = Model(11);
        var mel = randn(4, 8, 40);
        var options = new DecodingOptions { BeamSize = beams, Patience = patience, LengthPenalty = penalty };
        var results = new WindowDecoder(model, Tokenizer).Decode(mel, options);
        for (var row = 0; row < 4; row++)
        {
            var expected = new StraightforwardDecoder(model, Tokenizer, Start).Beam(States(model, mel, row), beams, patience, w =>
                w.Sum / (penalty is null ? Math.Max(1, w.Tokens.Count) : Math.Pow((5 + w.Tokens.Count) / 6.0, penalty.Value)));
            Assert.Equal(expected.Tokens, results[row].Tokens);
            Assert.Equal(expected.Sum / (expected.Tokens.Count + 1), results[row].AverageLogProbability, 3);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Prompts_of_unequal_length_in_a_batch_change_nothing(int? beams)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var model = Model(3);
        var states = model.Encoder.forward(randn(4, 8, 40));
        int[][] prompts = [[], [.. Enumerable.Range(60, 3)], [.. Enumerable.Range(50, 40)], [97]];
        var decoder = new WindowDecoder(model, Tokenizer);
        var options = new DecodingOptions { BeamSize = beams };
        var together = decoder.DecodeStates(states, options, prompts);
        for (var row = 0; row < 4; row++)
        {
            // The longest prompt leaves fewer positions, so only what all rows had room for is compared.
            var alone = decoder.DecodeStates(states.narrow(0, row, 1), options with { Prompt = prompts[row] })[0];
            Assert.Equal(alone.NoSpeechProbability, together[row].NoSpeechProbability, 4);
            Assert.Equal(alone.Tokens.Take(8), together[row].Tokens.Take(8));
        }

        // The prompt is cut from the left, and what whole sequences give is what it gives.
        int[] cut = [Tokenizer.StartOfPrev, .. prompts[2].TakeLast(11), .. Start];
        var expected = new StraightforwardDecoder(model, Tokenizer, cut).Greedy(states.narrow(0, 2, 1));
        if (beams is null)
        {
            Assert.Equal(expected.Tokens, together[2].Tokens);
        }
    }

    [Fact]
    public void It_stops_after_half_of_the_positions()
    {
        using var scope = NewDisposeScope();
        using var model = NeverEnding();
        var decoder = new WindowDecoder(model, Tokenizer);
        foreach (var options in new DecodingOptions[] { new(), new() { BeamSize = 2 }, new() { Temperature = 1, BestOf = 3 } })
        {
            Assert.All(decoder.Decode(randn(2, 8, 40), options), r => Assert.Equal(12, r.Tokens.Count));
        }
    }

    [Fact]
    public void A_long_prompt_leaves_the_positions_that_there_are()
    {
        using var scope = NewDisposeScope();
        using var model = NeverEnding();
        var options = new DecodingOptions { Prompt = [.. Enumerable.Repeat(65, 300)] };
        // 12 for the prompt, 2 to start with; the token behind the last position is still written.
        Assert.Equal(11, new WindowDecoder(model, Tokenizer).Decode(randn(1, 8, 40), options)[0].Tokens.Count);
    }

    [Fact]
    public void The_no_speech_probability_is_the_same_with_beams_samples_and_timestamps()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var model = Model(5);
        var mel = randn(2, 8, 40);
        var decoder = new WindowDecoder(model, Tokenizer);
        var states = model.Encoder.forward(mel);
        var logits = model.Decoder.Logits(model.Decoder.forward(tensor(new long[,] { { Start[0] }, { Start[0] } }), states));
        var expected = logits.select(1, 0).softmax(-1).select(1, Tokenizer.NoSpeech).data<float>().ToArray();
        DecodingOptions[] all =
        [
            new(), new() { BeamSize = 3 }, new() { Temperature = 0.7, BestOf = 3 }, new() { Timestamps = true },
            new() { SuppressTokens = [Tokenizer.NoSpeech] },
        ];
        foreach (var options in all)
        {
            Assert.Equal(expected, decoder.Decode(mel, options).Select(r => (float)r.NoSpeechProbability), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void Sampling_is_reproducible_by_its_seed_and_best_of_takes_the_most_probable()
    {
        using var scope = NewDisposeScope();
        using var model = Model(9);
        var mel = randn(2, 8, 40);
        var decoder = new WindowDecoder(model, Tokenizer);
        IReadOnlyList<DecodingResult> Sample(int seed, int? bestOf = null) =>
            decoder.Decode(mel, new DecodingOptions { Temperature = 1, Seed = seed, BestOf = bestOf });
        Assert.Equal(Sample(1).Select(r => r.Tokens), Sample(1).Select(r => r.Tokens));
        Assert.NotEqual(Sample(1).Select(r => r.Tokens), Sample(2).Select(r => r.Tokens));
        var single = Enumerable.Range(0, 20).Average(seed => Sample(seed).Average(r => r.AverageLogProbability));
        var best = Enumerable.Range(0, 20).Average(seed => Sample(seed, bestOf: 8).Average(r => r.AverageLogProbability));
        Assert.True(best > single, $"best of 8: {best}, one: {single}");
    }

    [Fact]
    public void A_temperature_near_zero_samples_the_most_probable()
    {
        using var scope = NewDisposeScope();
        using var model = Model(13);
        var mel = randn(3, 8, 40);
        var decoder = new WindowDecoder(model, Tokenizer);
        Assert.Equal(
            decoder.Decode(mel, new DecodingOptions()).Select(r => r.Tokens),
            decoder.Decode(mel, new DecodingOptions { Temperature = 1e-4 }).Select(r => r.Tokens));
    }

    [Fact]
    public void Suppressed_tokens_are_never_written()
    {
        using var scope = NewDisposeScope();
        using var model = Model(17);
        var mel = randn(3, 8, 40);
        var decoder = new WindowDecoder(model, Tokenizer);
        var usual = decoder.Decode(mel, new DecodingOptions()).SelectMany(r => r.Tokens).ToHashSet();
        var others = decoder.Decode(mel, new DecodingOptions { SuppressTokens = [.. usual] }).SelectMany(r => r.Tokens);
        Assert.Empty(usual.Intersect(others));
        var error = Assert.Throws<LabException>(() => decoder.Decode(mel, new DecodingOptions { SuppressTokens = [99999] }));
        Assert.Contains("99999", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_do_not_accumulate()
    {
        using var scope = NewDisposeScope();
        using var model = Model(19);
        var decoder = new WindowDecoder(model, Tokenizer);
        var mel = randn(3, 8, 40);
        DecodingOptions[] all =
        [
            new(), new() { BeamSize = 3, Timestamps = true }, new() { Temperature = 1, BestOf = 2, Prompt = [66, 67] },
        ];
        foreach (var options in all)
        {
            decoder.Decode(mel, options);
            var before = LiveTensors.Settled();
            for (var i = 0; i < 20; i++)
            {
                decoder.Decode(mel, options);
            }

            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    [Fact]
    public void Options_that_contradict_one_another_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Model(1);
        var decoder = new WindowDecoder(model, Tokenizer);
        DecodingOptions[] wrong =
        [
            new() { BeamSize = 0 }, new() { BestOf = 0 }, new() { BeamSize = 5, BestOf = 5 }, new() { BeamSize = 5, Temperature = 0.2 },
            new() { BestOf = 5 }, new() { Patience = 1 }, new() { BeamSize = 2, Patience = 0 }, new() { LengthPenalty = 2 },
            new() { Temperature = -1 }, new() { Temperature = double.NaN }, new() { Language = "de" }, new() { Task = SpeechTask.Translate },
            new() { BeamSize = 1000 },
        ];
        Assert.All(wrong, options => Assert.ThrowsAny<LabException>(() => decoder.Decode(randn(1, 8, 40), options)));
        Assert.Throws<LabException>(() => decoder.DetectLanguage(model.Encoder.forward(randn(1, 8, 40))));
    }

    private static Tensor States(WhisperModel model, Tensor mel, int row) => model.Encoder.forward(mel.narrow(0, row, 1));

    /// <summary>A random model whose logits are far enough apart that the order of additions decides nothing.</summary>
    private static WhisperModel Model(int seed)
    {
        manual_seed(seed);
        var model = new WhisperModel(Tiny.Config(vocabulary: Tokenizer.VocabularySize));
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        model.Decoder.TokenEmbedding.mul_(20);
        // Positions and sound decide as much as the token before; else rows would repeat one token.
        foreach (var (parameterName, weight) in model.Decoder.named_parameters())
        {
            weight.mul_(parameterName is "embed_positions.weight" ? 30 : parameterName.EndsWith("out_proj.weight", StringComparison.Ordinal) ? 3 : 1);
        }

        // The end comes where another token would: some rows end early.
        var written = new WindowDecoder(model, Tokenizer).Decode(randn(1, 8, 40), new DecodingOptions())[0].Tokens;
        model.Decoder.TokenEmbedding[Tokenizer.EndOfText].copy_(model.Decoder.TokenEmbedding[written[^6]] * 1.05);
        model.eval();
        return model;
    }

    private static WhisperModel NeverEnding()
    {
        var model = Model(23);
        using var withoutGradient = no_grad();
        // The end token's embedding is zero, so its logit is: with many others about, it is never among the likeliest.
        model.Decoder.TokenEmbedding[Tokenizer.EndOfText].zero_();
        return model;
    }
}
