using System.Buffers.Binary;
using DistilWhisperLab.Audio;
using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>The WAV stream that a speaking program writes to its standard output: 16 bits, mono.</summary>
internal static class SpokenWave
{
    private const int RateOffset = 24;
    private const int SmallestHeader = 44;

    /// <summary>Its samples at 16 kHz, or null when there are none.</summary>
    public static AudioClip? Decode(ReadOnlySpan<byte> wav)
    {
        if (wav.Length <= SmallestHeader || !wav.StartsWith("RIFF"u8) || wav.IndexOf("data"u8) is var data && data < 0)
        {
            return null;
        }

        // The header of a stream cannot know the length: what has come is what counts.
        var pcm = wav[(data + 8)..];
        var rate = BinaryPrimitives.ReadInt32LittleEndian(wav[RateOffset..]);
        var samples = new float[pcm.Length / sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(pcm[(i * sizeof(short))..]) / 32768f;
        }

        return new AudioClip(ToModelRate(samples, rate), LogMelSpectrogram.SampleRate);
    }

    /// <summary>
    /// Resamples. Not with the resampler of <see cref="AudioFile"/>, which may be improved: the corpus's samples are
    /// frozen with the teacher that learnt from them.
    /// </summary>
    private static float[] ToModelRate(float[] samples, int rate)
    {
        if (rate == LogMelSpectrogram.SampleRate)
        {
            return samples;
        }

        var resampler = new WdlResamplingSampleProvider(new Source(samples, rate), LogMelSpectrogram.SampleRate);
        var result = new float[(int)((long)samples.Length * LogMelSpectrogram.SampleRate / rate)];
        for (int at = 0, count; at < result.Length && (count = resampler.Read(result.AsSpan(at))) > 0; at += count)
        {
        }

        return result;
    }

    private sealed class Source(float[] samples, int rate) : ISampleProvider
    {
        private int _position;

        public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(rate, 1);

        public int Read(Span<float> buffer)
        {
            var count = Math.Min(buffer.Length, samples.Length - _position);
            samples.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
