using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// Keeps the most probable beginnings at every step, until as many of them as the beams times the patience have
/// ended (<c>BeamSearchDecoder</c> of openai-whisper; patience as in Kasai et al. 2022).
/// </summary>
internal sealed class BeamSearch : ITokenSelection
{
    private readonly int _endOfText;
    private readonly int _beams;
    private readonly int _enough;
    private readonly List<Hypothesis>[] _ended; // of each of the encoder's states
    private IReadOnlyList<int>[] _written; // of each beam
    private double[] _sums;

    public BeamSearch(int endOfText, int states, int beams, double patience)
    {
        (_endOfText, _beams, _enough) = (endOfText, beams, (int)Math.Round(beams * patience));
        _ended = [.. Enumerable.Range(0, states).Select(_ => new List<Hypothesis>())];
        _written = [.. Enumerable.Repeat<IReadOnlyList<int>>([], states * beams)];
        _sums = new double[_written.Length];
        Sources = [.. Enumerable.Range(0, _written.Length)];
    }

    public IReadOnlyList<IReadOnlyList<int>> Written => _written;

    public IReadOnlyList<int> Sources { get; private set; }

    public bool Advance(Tensor logits)
    {
        using var scope = NewDisposeScope();
        // One more than there are beams: at most one of a beam's continuations is the end.
        var count = (int)Math.Min(_beams + 1, logits.shape[1]);
        var (values, indices) = logits.log_softmax(-1).topk(count);
        var scores = values.cpu().data<float>().ToArray();
        var tokens = indices.cpu().data<long>().ToArray();
        var (sources, sums) = (new int[_written.Length], new double[_written.Length]);
        var written = new IReadOnlyList<int>[_written.Length];
        for (var state = 0; state < _ended.Length; state++)
        {
            // Before the first token all beams are the same one.
            var first = state * _beams;
            var different = _written[first].Count == 0 ? 1 : _beams;
            var candidates = Enumerable.Range(first * count, different * count)
                .Select(i => (Row: i / count, Token: (int)tokens[i], Sum: _sums[i / count] + scores[i]))
                .OrderByDescending(candidate => candidate.Sum);
            var row = first;
            foreach (var (source, token, sum) in candidates)
            {
                if (token != _endOfText)
                {
                    (sources[row], sums[row], written[row]) = (source, sum, [.. _written[source], token]);
                    if (++row == first + _beams)
                    {
                        break;
                    }
                }
                else if (_ended[state].Count < _enough)
                {
                    _ended[state].Add(new Hypothesis(_written[source], sum));
                }
            }
        }

        (_written, _sums, Sources) = (written, sums, sources);
        return _ended.All(ended => ended.Count >= _enough);
    }

    public IReadOnlyList<IReadOnlyList<Hypothesis>> Finish() =>
    [
        .. _ended.Select((ended, state) => (IReadOnlyList<Hypothesis>)
        [
            .. ended,
            // At the limit of positions those that go on stand in for those that are missing.
            .. Enumerable.Range(state * _beams, _beams)
                .Select(row => new Hypothesis(_written[row], _sums[row]))
                .OrderByDescending(open => open.LogProbability)
                .Take(_beams - ended.Count),
        ]),
    ];
}
