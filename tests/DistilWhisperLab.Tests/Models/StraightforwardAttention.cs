using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

/// <summary>
/// Scaled dot-product attention of several heads by its definition (Vaswani et al. 2017), in loops and double
/// precision, with the weights of a module. Shares nothing with the library.
/// </summary>
internal sealed class StraightforwardAttention(MultiHeadAttention module, int heads)
{
    private readonly Dictionary<string, double[][]> _weights = module.named_parameters()
        .ToDictionary(p => p.name, p => Rows(p.parameter.dim() == 1 ? p.parameter.unsqueeze(0) : p.parameter));

    /// <summary>The rows of a matrix.</summary>
    public static double[][] Rows(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var flat = matrix.detach().contiguous().data<float>().ToArray();
        return [.. flat.Chunk((int)matrix.shape[1]).Select(row => Array.ConvertAll(row, x => (double)x))];
    }

    /// <summary>Each query's mixture of what it may look at.</summary>
    /// <param name="queries">What asks, one row a position.</param>
    /// <param name="source">What is looked at.</param>
    /// <param name="visible">Whether query i may look at position j.</param>
    /// <param name="shares">Receives, where given, the weights: shares[head][i][j].</param>
    public double[][] Attend(double[][] queries, double[][] source, Func<int, int, bool> visible, double[][][]? shares = null)
    {
        var (q, k, v) = (Project("q_proj", queries), Project("k_proj", source), Project("v_proj", source));
        var width = queries[0].Length;
        var size = width / heads;
        var mixed = queries.Select(_ => new double[width]).ToArray();
        for (var head = 0; head < heads; head++)
        {
            for (var i = 0; i < queries.Length; i++)
            {
                var share = new double[source.Length];
                var sum = 0.0;
                for (var j = 0; j < source.Length; j++)
                {
                    var score = 0.0;
                    for (var c = head * size; c < (head + 1) * size; c++)
                    {
                        score += q[i][c] * k[j][c];
                    }

                    share[j] = visible(i, j) ? Math.Exp(score / Math.Sqrt(size)) : 0;
                    sum += share[j];
                }

                for (var j = 0; j < source.Length; j++)
                {
                    share[j] /= sum;
                    for (var c = head * size; c < (head + 1) * size; c++)
                    {
                        mixed[i][c] += share[j] * v[j][c];
                    }
                }

                if (shares is not null)
                {
                    shares[head][i] = share;
                }
            }
        }

        return Project("out_proj", mixed);
    }

    private double[][] Project(string name, double[][] rows)
    {
        var matrix = _weights[name + ".weight"];
        var bias = _weights.TryGetValue(name + ".bias", out var found) ? found[0] : new double[matrix.Length];
        return [.. rows.Select(row => matrix.Select((weights, o) => bias[o] + weights.Zip(row, (w, x) => w * x).Sum()).ToArray())];
    }
}
