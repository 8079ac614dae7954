using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

public sealed class MultiHeadAttentionTests : IDisposable
{
    private const int Width = 16;
    private const int Heads = 2;
    private const int Length = 9;

    private readonly IDisposable _inference = inference_mode();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly MultiHeadAttention _attention;
    private readonly StraightforwardAttention _expected;
    private readonly Tensor _x;

    public MultiHeadAttentionTests()
    {
        manual_seed(5);
        _attention = new MultiHeadAttention(Width, Heads);
        _expected = new StraightforwardAttention(_attention, Heads);
        _x = 3 * randn(2, Length, Width);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _inference.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Self_attention_is_what_the_definition_says(bool causal) =>
        AssertRows(row => _expected.Attend(Rows(_x, row), Rows(_x, row), (i, j) => !causal || j <= i), _attention.SelfAttend(_x, causal));

    [Fact]
    public void Cross_attention_and_its_weights_are_what_the_definition_says()
    {
        var source = randn(2, 5, Width);
        var (keys, values) = _attention.Project(source);
        Assert.Equal([2, Heads, 5, Width / Heads], keys.shape);
        AssertRows(row => _expected.Attend(Rows(_x, row), Rows(source, row), (_, _) => true), _attention.CrossAttend(_x, keys, values));

        var weights = _attention.Weights(_x, keys);
        Assert.Equal([2, Heads, Length, 5], weights.shape);
        var shares = Enumerable.Range(0, Heads).Select(_ => new double[Length][]).ToArray();
        _expected.Attend(Rows(_x, 1), Rows(source, 1), (_, _) => true, shares);
        for (var head = 0; head < Heads; head++)
        {
            AssertClose(shares[head], weights[1, head]);
        }
    }

    [Theory]
    [InlineData(1)] // a token at a time
    [InlineData(2)]
    [InlineData(4)] // a draft's tokens at once
    [InlineData(Length)]
    public void With_a_cache_each_position_sees_what_came_before_it(int step)
    {
        using var decoder = new TextDecoder(Tiny.Config());
        using var cache = new KeyValueCache(decoder, randn(2, 5, Width), capacity: Length + 1);
        var parts = new List<Tensor>();
        for (var at = 0; at < Length; at += step)
        {
            var count = Math.Min(step, Length - at);
            parts.Add(Attend(_x.narrow(1, at, count), cache));
        }

        AssertRows(row => _expected.Attend(Rows(_x, row), Rows(_x, row), (i, j) => j <= i), cat(parts, 1));
    }

    [Fact]
    public void Rejected_positions_are_forgotten()
    {
        using var decoder = new TextDecoder(Tiny.Config());
        using var cache = new KeyValueCache(decoder, randn(2, 5, Width), capacity: Length + 3);
        Attend(_x.narrow(1, 0, 4), cache);
        Attend(randn(2, 3, Width), cache);
        cache.Truncate(4);
        var rest = Attend(_x.narrow(1, 4, Length - 4), cache);
        AssertRows(row => _expected.Attend(Rows(_x, row), Rows(_x, row), (i, j) => j <= i)[4..], rest);
    }

    private Tensor Attend(Tensor x, KeyValueCache cache)
    {
        var result = _attention.SelfAttend(x, cache, layer: 0, cache.Mask(x.shape[0], x.shape[1], CPU));
        cache.Advance(x);
        return result;
    }

    private static double[][] Rows(Tensor batch, int row) => StraightforwardAttention.Rows(batch[row]);

    private static void AssertRows(Func<int, double[][]> expected, Tensor actual)
    {
        for (var row = 0; row < actual.shape[0]; row++)
        {
            AssertClose(expected(row), actual[row]);
        }
    }

    private static void AssertClose(double[][] expected, Tensor actual)
    {
        var rows = StraightforwardAttention.Rows(actual);
        Assert.Equal(expected.Length, rows.Length);
        Assert.All(expected.SelectMany(r => r).Zip(rows.SelectMany(r => r)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
