using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

public class GreedyDecoderTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);

    [Fact]
    public void With_caches_and_in_a_batch_it_writes_what_whole_sequences_give_one_by_one()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        manual_seed(7);
        using var model = Model();
        var mel = randn(5, 8, 40);
        var results = new GreedyDecoder(model, Tokenizer).Decode(mel);
        for (var row = 0; row < 5; row++)
        {
            var (tokens, sum) = DecodeWithoutCache(model, mel.narrow(0, row, 1));
            Assert.Equal(tokens, results[row].Tokens);
            Assert.Equal(sum / (tokens.Count + 1), results[row].AverageLogProbability, 3);
        }
    }

    [Fact]
    public void It_stops_after_half_of_the_positions()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using (no_grad())
        {
            // The end token's embedding is zero, so its logit is: some other token is always at least as probable.
            model.Decoder.TokenEmbedding[Tokenizer.EndOfText].zero_();
        }

        Assert.All(new GreedyDecoder(model, Tokenizer).Decode(randn(2, 8, 40)), r => Assert.Equal(12, r.Tokens.Count));
    }

    [Fact]
    public void The_no_speech_probability_is_a_probability_and_tensors_do_not_accumulate()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var decoder = new GreedyDecoder(model, Tokenizer);
        var mel = randn(3, 8, 40);
        Assert.All(decoder.Decode(mel), r => Assert.InRange(r.NoSpeechProbability, 0, 1));
        var before = Tensor.TotalCount;
        for (var i = 0; i < 20; i++)
        {
            decoder.Decode(mel);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static WhisperModel Model() => new(Tiny.Config(vocabulary: Tokenizer.VocabularySize));

    /// <summary>The definition: the whole sequence through the decoder for every next token.</summary>
    private static (List<int> Tokens, double Sum) DecodeWithoutCache(WhisperModel model, Tensor mel)
    {
        var states = model.Encoder.forward(mel);
        var tokens = new List<long> { Tokenizer.StartOfTranscript, Tokenizer.NoTimestamps };
        double sum = 0;
        for (var step = 0; step < model.Config.MaxTargetPositions / 2; step++)
        {
            var logits = model.Decoder.Logits(model.Decoder.forward(tensor(tokens.ToArray()).unsqueeze(0), states))[0, -1];
            var next = logits.argmax().item<long>();
            sum += logits.log_softmax(0)[next].item<float>();
            if (next == Tokenizer.EndOfText)
            {
                break;
            }

            tokens.Add(next);
        }

        return ([.. tokens.Skip(2).Select(t => (int)t)], sum);
    }
}
