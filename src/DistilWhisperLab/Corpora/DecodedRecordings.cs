using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Corpora;

/// <summary>The recordings used last, decoded. Safe to use from several threads.</summary>
internal sealed class DecodedRecordings(Func<string, AudioClip> decode)
{
    // A recording of ten minutes takes 38 MB.
    private const int Kept = 4;

    private readonly LinkedList<(string Audio, AudioClip Clip)> _recordings = [];

    /// <summary>The recording that <see cref="Utterance.Audio"/> names.</summary>
    public AudioClip Get(string audio)
    {
        lock (_recordings)
        {
            var found = _recordings.FirstOrDefault(r => r.Audio == audio);
            if (found.Clip is null)
            {
                found = (audio, decode(audio));
                if (_recordings.Count == Kept)
                {
                    _recordings.RemoveLast();
                }
            }
            else
            {
                _recordings.Remove(found);
            }

            _recordings.AddFirst(found);
            return found.Clip;
        }
    }
}
