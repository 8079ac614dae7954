using CsCheck;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

public class TimestampRulesTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 4);
    private static readonly int Begin = Tokenizer.TimestampBegin;

    [Fact]
    public void The_first_token_is_a_timestamp_of_the_first_second()
    {
        Assert.Equal([.. Enumerable.Range(Begin, 51)], Allowed([]));
        Assert.Equal([.. Enumerable.Range(Begin, 201)], Allowed([], latestFirst: null));
    }

    [Fact]
    public void After_a_phrase_comes_its_end_and_after_its_end_the_next_beginning_or_nothing()
    {
        // Text is likelier than all timestamps together unless a rule forbids it.
        Assert.DoesNotContain(Allowed([Begin, 65]), t => t == Begin);
        Assert.Contains(66, Allowed([Begin, 65]));
        var afterEnd = Allowed([Begin, 65, Begin + 150]);
        Assert.Equal([Tokenizer.EndOfText, .. Enumerable.Range(Begin + 150, 51)], afterEnd.Except(Specials));
        var afterPair = Allowed([Begin, 65, Begin + 150, Begin + 150]);
        Assert.DoesNotContain(afterPair, t => t >= Begin);
        Assert.Contains(66, afterPair);
        var second = Allowed([Begin, 65, Begin + 150, Begin + 150, 66]);
        Assert.Equal([.. Enumerable.Range(Begin + 151, 50)], second.Where(t => t >= Begin));
    }

    [Fact]
    public void Many_weak_timestamps_together_outweigh_the_likeliest_word()
    {
        using var scope = NewDisposeScope();
        var logits = full(1, Tokenizer.VocabularySize, -10f);
        logits[0, 65] = 0f;
        logits.narrow(1, Begin, 201).fill_(-5f); // the sum: ln(201) - 5 = 0.3
        new TimestampRules(Tokenizer, 1).Apply(logits, [[Begin, 66]]);
        Assert.True(float.IsNegativeInfinity(logits[0, 65].item<float>()));
        Assert.False(float.IsNegativeInfinity(logits[0, Begin + 1].item<float>()));
    }

    [Fact]
    public void Whatever_the_logits_times_never_go_back_and_come_in_pairs() =>
        Gen.Int[0, 1 << 30].Sample(seed =>
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            var rules = new TimestampRules(Tokenizer, 1);
            List<int>[] written = [[], [], []];
            for (var step = 0; step < 24; step++)
            {
                var logits = randn(3, Tokenizer.VocabularySize) * 3;
                rules.Apply(logits, written);
                var next = logits.argmax(-1).data<long>().ToArray();
                for (var row = 0; row < 3; row++)
                {
                    written[row].Add((int)next[row]);
                }
            }

            foreach (var row in written)
            {
                var times = row.Where(t => t >= Begin).ToList();
                Assert.True(times.SequenceEqual(times.Order()));
                Assert.InRange(row[0], Begin, Begin + 50);
                Assert.DoesNotContain(Tokenizer.NoTimestamps, row);
                for (var i = 2; i < row.Count; i++)
                {
                    Assert.False(row[i] >= Begin && row[i - 1] >= Begin && row[i - 2] >= Begin);
                }

                // A phrase, with words in it, lasts some time.
                var starts = row.Select((t, i) => (t, i)).Where(x => x.t >= Begin).Select(x => x.i).ToList();
                Assert.All(starts.Zip(starts.Skip(1)).Where(p => p.Second > p.First + 1), p => Assert.True(row[p.Second] > row[p.First]));
            }
        }, iter: 60);

    private static IEnumerable<int> Specials => Enumerable.Range(Tokenizer.EndOfText + 1, Begin - Tokenizer.EndOfText - 1);

    private static List<int> Allowed(IReadOnlyList<int> written, double? latestFirst = 1)
    {
        using var scope = NewDisposeScope();
        var logits = zeros(1, Tokenizer.VocabularySize);
        logits.narrow(1, 0, Begin).fill_(10);
        new TimestampRules(Tokenizer, latestFirst).Apply(logits, [written]);
        return [.. logits[0].data<float>().ToArray().Select((l, i) => (l, i)).Where(x => !float.IsNegativeInfinity(x.l)).Select(x => x.i)];
    }
}
