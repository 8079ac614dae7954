using DistilWhisperLab.Text;

namespace DistilWhisperLab.Decoding;

/// <summary>What has been transcribed of a recording, and how much of it the next window is told.</summary>
internal sealed class TranscribedText
{
    private readonly WhisperTokenizer _tokenizer;
    private readonly List<int> _tokens = [];
    private readonly List<Segment> _segments = [];
    private readonly int _given;
    private int _forgotten;

    public TranscribedText(WhisperTokenizer tokenizer, string? initialPrompt)
    {
        _tokenizer = tokenizer;
        if (initialPrompt is not null)
        {
            _tokens.AddRange(tokenizer.Encode(" " + initialPrompt.Trim()));
        }

        _given = _tokens.Count;
    }

    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>The tokens that the next window is told.</summary>
    public IReadOnlyList<int> Prompt => _tokens.GetRange(_forgotten, _tokens.Count - _forgotten);

    /// <summary>The whole text without the given prompt; characters may span windows.</summary>
    public string Text => _tokenizer.Decode(_tokens.Skip(_given));

    /// <summary>Adds the segments of a window; those without duration or text keep their place but lose their content.</summary>
    public void Add(IReadOnlyList<Segment> segments)
    {
        foreach (var segment in segments)
        {
            var empty = segment.Start == segment.End || string.IsNullOrWhiteSpace(segment.Text);
            _segments.Add(empty
                ? segment with { Text = "", Tokens = [], Words = segment.Words is null ? null : [] }
                : segment);
            _tokens.AddRange(_segments[^1].Tokens);
        }
    }

    /// <summary>The next window is told nothing of what was written so far.</summary>
    public void ForgetPrompt() => _forgotten = _tokens.Count;
}
