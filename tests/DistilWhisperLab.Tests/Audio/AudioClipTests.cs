using CsCheck;
using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Tests.Audio;

public class AudioClipTests
{
    [Fact]
    public void Neighbouring_slices_meet_without_gap_or_overlap() =>
        Gen.Select(Gen.Int[0, 500], Gen.Double[0, 0.1], Gen.Double[0, 0.1], Gen.Int[8000, 48000]).Sample((length, start, duration, rate) =>
        {
            var clip = new AudioClip([.. Enumerable.Range(0, length).Select(i => (float)i)], rate);
            float[] parts =
            [
                .. clip.Slice(0, start).Samples,
                .. clip.Slice(start, duration).Samples,
                .. clip.Slice(start + duration, 1000).Samples,
            ];
            return parts.AsSpan().SequenceEqual(clip.Samples);
        });

    [Fact]
    public void A_slice_is_cut_at_the_ends_of_the_clip()
    {
        var clip = new AudioClip([1, 2, 3, 4], 2);
        Assert.Equal(2.0, clip.Duration);
        Assert.Equal([2f, 3f], clip.Slice(0.5, 1).Samples);
        Assert.Equal([3f, 4f], clip.Slice(1, 99).Samples);
        Assert.Empty(clip.Slice(7, 1).Samples);
        Assert.Empty(clip.Slice(1, -1).Samples);
        Assert.Equal(2, clip.Slice(1, 1).SampleRate);
    }
}
