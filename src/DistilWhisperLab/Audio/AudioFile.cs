using System.Buffers.Binary;
using DistilWhisperLab.Runtime;
using NAudio.Wave;
using NAudio.Wave.SampleProviders;
using NVorbis;

namespace DistilWhisperLab.Audio;

/// <summary>Audio files in and out.</summary>
public static class AudioFile
{
    private const int WavHeaderBytes = 44;

    /// <summary>Reads a file as mono audio at the given rate.</summary>
    /// <exception cref="AudioException">The file is missing, is no audio, or is broken.</exception>
    public static AudioClip Load(string path, int sampleRate = LogMelSpectrogram.SampleRate)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[4];
            file.ReadExactly(magic);
            file.Position = 0;
            if (magic.SequenceEqual("OggS"u8))
            {
                using var vorbis = new VorbisReader(file);
                return ReadAll(vorbis.ReadSamples, vorbis.SampleRate, vorbis.Channels, sampleRate);
            }

            using var wav = new WaveFileReader(file);
            var provider = wav.ToSampleProvider();
            return ReadAll((b, o, c) => provider.Read(b.AsSpan(o, c)), wav.WaveFormat.SampleRate, wav.WaveFormat.Channels, sampleRate);
        }
        catch (Exception e) when (e is IOException or FormatException or InvalidDataException or ArgumentException or UnauthorizedAccessException)
        {
            throw new AudioException($"{path} cannot be read as audio: {e.Message}", e);
        }
    }

    /// <summary>Writes 16-bit PCM, whole or not at all.</summary>
    public static void SaveWav(string path, AudioClip clip) => AtomicFile.Write(path, stream => stream.Write(ToWav(clip)));

    /// <summary>The bytes of a WAV file of 16-bit PCM.</summary>
    public static byte[] ToWav(AudioClip clip)
    {
        var dataBytes = checked(clip.Samples.Length * sizeof(short));
        var wav = new byte[WavHeaderBytes + dataBytes];
        var header = wav.AsSpan();
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], WavHeaderBytes - 8 + dataBytes);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16); // the length of this chunk
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1); // one channel
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], clip.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], clip.SampleRate * sizeof(short)); // bytes per second
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], sizeof(short)); // bytes per frame
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16); // bits per sample
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], dataBytes);
        for (var i = 0; i < clip.Samples.Length; i++)
        {
            var sample = Math.Round(Math.Clamp(clip.Samples[i], -1f, 1f) * short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(header[(WavHeaderBytes + i * sizeof(short))..], (short)sample);
        }

        return wav;
    }

    private static AudioClip ReadAll(Func<float[], int, int, int> read, int rate, int channels, int targetRate)
    {
        var mono = new List<float>();
        var buffer = new float[4096 * channels];
        for (int count; (count = read(buffer, 0, buffer.Length)) > 0;)
        {
            for (var i = 0; i + channels <= count; i += channels)
            {
                mono.Add(buffer.AsSpan(i, channels).ToArray().Average());
            }
        }

        var samples = mono.ToArray();
        return new AudioClip(rate == targetRate ? samples : Resample(samples, rate, targetRate), targetRate);
    }

    private static float[] Resample(float[] samples, int rate, int targetRate)
    {
        var source = new Source(samples, WaveFormat.CreateIeeeFloatWaveFormat(rate, 1));
        var resampler = new WdlResamplingSampleProvider(source, targetRate);
        var result = new float[(int)((long)samples.Length * targetRate / rate)];
        for (int at = 0, count; at < result.Length && (count = resampler.Read(result.AsSpan(at))) > 0; at += count)
        {
        }

        return result;
    }

    private sealed class Source(float[] samples, WaveFormat format) : ISampleProvider
    {
        private int _position;

        public WaveFormat WaveFormat => format;

        public int Read(Span<float> buffer)
        {
            var count = Math.Min(buffer.Length, samples.Length - _position);
            samples.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
