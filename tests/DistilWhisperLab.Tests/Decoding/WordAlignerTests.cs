using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

public class WordAlignerTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(40)]
    public void The_median_filter_takes_the_median_of_seven_with_the_ends_mirrored(int frames)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = randn(2, 3, frames);
        var filtered = WordAligner.MedianFilter(x);
        Assert.Equal(x.shape, filtered.shape);
        for (var i = 0; i < frames; i++)
        {
            var around = Enumerable.Range(i - 3, 7).Select(j => Math.Abs(j)).Select(j => j < frames ? j : 2 * (frames - 1) - j);
            var expected = around.Select(j => x[1, 2, j].item<float>()).Order().ElementAt(3);
            Assert.Equal(expected, filtered[1, 2, i].item<float>());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Too_few_frames_to_be_mirrored_are_not_filtered(int frames)
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 3, frames);
        Assert.True(WordAligner.MedianFilter(x).equal(x).all().item<bool>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(40)]
    public void Words_lie_within_the_sound_in_order_however_short_it_is(int frames)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        manual_seed(11);
        using var model = new WhisperModel(Tiny.Config(vocabulary: Tokenizer.VocabularySize));
        var states = model.Encoder.forward(randn(1, 8, 40));
        var segment = new Segment(300, 3, 3.4, " a b c", [Tokenizer.TimestampBegin, .. Tokenizer.Encode(" a b c"), Tokenizer.LastTimestamp], 0, 0, 0, 0);
        var before = LiveTensors.Settled();
        var words = Assert.Single(new WordAligner(model, Tokenizer).AddWords([segment], states, frames, "en", SpeechTask.Transcribe, 3)).Words!;
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(frames < 2 ? [] : [" a", " b", " c"], words.Select(w => w.Text));
        var time = 3.0;
        foreach (var word in words)
        {
            Assert.InRange(word.Start, time, word.End);
            Assert.InRange(word.End, word.Start, 3 + (frames / 2 * 0.02) + 1e-9);
            Assert.InRange(word.Probability, 0, 1);
            time = word.End;
        }
    }

    [Fact]
    public void Segments_without_text_have_no_words()
    {
        using var scope = NewDisposeScope();
        using var model = new WhisperModel(Tiny.Config(vocabulary: Tokenizer.VocabularySize));
        var aligner = new WordAligner(model, Tokenizer);
        var states = randn(1, 20, 16);
        Assert.Empty(aligner.AddWords([], states, 40, "en", SpeechTask.Transcribe, 0));
        var silent = new Segment(0, 0, 0.4, "", [], 0, 0, 0, 0);
        Assert.Empty(Assert.Single(aligner.AddWords([silent], states, 40, "en", SpeechTask.Transcribe, 0)).Words!);
    }
}
