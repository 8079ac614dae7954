using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// The most probable token at temperature zero, else one drawn from the distribution sharpened by the temperature
/// (<c>GreedyDecoder</c> of openai-whisper). Log-probabilities are those without the temperature.
/// </summary>
internal sealed class TokenSampling : ITokenSelection, IDisposable
{
    private readonly int _endOfText;
    private readonly int _rowsPerState;
    private readonly Scalar _temperature;
    private readonly Generator? _generator;
    private readonly List<int>[] _written;
    private readonly double[] _sums;

    public TokenSampling(int endOfText, int states, int rowsPerState, double temperature, int seed, Device device)
    {
        (_endOfText, _rowsPerState, _temperature) = (endOfText, rowsPerState, temperature);
        _generator = temperature > 0 ? new Generator((ulong)seed, device) : null;
        _written = [.. Enumerable.Range(0, states * rowsPerState).Select(_ => new List<int>())];
        _sums = new double[_written.Length];
    }

    public IReadOnlyList<IReadOnlyList<int>> Written => _written;

    public IReadOnlyList<int>? Sources => null;

    public bool Advance(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var tokens = _generator is null
            ? logits.argmax(-1, keepdim: true)
            : multinomial((logits / _temperature).softmax(-1), 1, generator: _generator);
        var scores = logits.log_softmax(-1).gather(1, tokens).cpu().data<float>().ToArray();
        var chosen = tokens.cpu().data<long>().ToArray();
        var ended = true;
        for (var row = 0; row < _written.Length; row++)
        {
            var open = !HasEnded(row);
            _sums[row] += open ? scores[row] : 0;
            _written[row].Add(open ? (int)chosen[row] : _endOfText);
            ended &= HasEnded(row);
        }

        return ended;
    }

    public IReadOnlyList<IReadOnlyList<Hypothesis>> Finish() =>
    [
        .. _written
            .Select((tokens, row) => new Hypothesis([.. tokens.TakeWhile(token => token != _endOfText)], _sums[row]))
            .Chunk(_rowsPerState),
    ];

    public void Dispose() => _generator?.Dispose();

    private bool HasEnded(int row) => _written[row] is [.., var last] && last == _endOfText;
}
