using System.Buffers.Binary;
using DistilWhisperLab.Audio.Decoders;
using DistilWhisperLab.Runtime;
using NAudio.Wave;

namespace DistilWhisperLab.Audio;

/// <summary>
/// Audio files in and out. WAV, AIFF, MP3, Ogg Vorbis and Opus are read in managed code, everything else, and what
/// that code cannot read, by ffmpeg where it is installed. What a file is, its first bytes say, not its name.
/// </summary>
public static class AudioFile
{
    private const int WavHeaderBytes = 44;
    private const int BlockSamples = 1 << 16;
    private const int MinSampleRate = 1000;
    private const int MaxSampleRate = 1_000_000;
    private const int MaxHours = 24;

    /// <summary>Reads a file as mono audio (the mean of its channels) at the given rate.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRate">The rate to convert to, in samples per second.</param>
    /// <exception cref="AudioException">
    /// The file is missing, is no audio, is broken, is empty, is longer than 24 hours, holds samples that are not
    /// numbers, or needs ffmpeg where there is none.
    /// </exception>
    public static AudioClip Load(string path, int sampleRate = LogMelSpectrogram.SampleRate) =>
        Load(path, sampleRate, Ffmpeg.OnPath());

    /// <summary><see cref="Load(string, int)"/> with a given ffmpeg, or none.</summary>
    internal static AudioClip Load(string path, int sampleRate, string? ffmpeg)
    {
        var format = Sniff(path);
        if (format == AudioFormat.Text)
        {
            throw new AudioException($"{path} is a text file, not audio.");
        }

        Exception? reason = null;
        if (format != AudioFormat.Other)
        {
            try
            {
                using var decoder = Open(path, format);
                return Decode(decoder, path, sampleRate);
            }
            catch (Exception e) when (e is not AudioException) // whatever a decoder makes of damaged data
            {
                reason = e;
            }
        }

        if (ffmpeg is not null)
        {
            using var decoder = new Ffmpeg(ffmpeg, path);
            return Decode(decoder, path, sampleRate);
        }

        throw reason is null or NotSupportedException
            ? new AudioException($"{path} is in a format that needs ffmpeg; install it ({Ffmpeg.InstallCommand}) or convert the file to WAV.")
            : new AudioException($"{path} is a damaged {format} file ({reason.Message}); with ffmpeg ({Ffmpeg.InstallCommand}) some of it may be readable.", reason);
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
            var sample = Math.Clamp(MathF.Round(clip.Samples[i] * 32768), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(header[(WavHeaderBytes + i * sizeof(short))..], (short)sample);
        }

        return wav;
    }

    private static AudioFormat Sniff(string path)
    {
        if (Directory.Exists(path))
        {
            throw new AudioException($"{path} is a directory, not an audio file.");
        }

        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[AudioFormats.HeadBytes];
            var count = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return count > 0 ? AudioFormats.Of(head[..count]) : throw new AudioException($"{path} is empty.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AudioException($"{path} does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new AudioException($"{path} cannot be opened: {e.Message}", e);
        }
    }

    private static AudioDecoder Open(string path, AudioFormat format)
    {
        var file = File.OpenRead(path);
        try
        {
            return format switch
            {
                AudioFormat.Wav => WavReader.Open(new BufferedStream(file)),
                AudioFormat.Aiff => OpenAiff(file),
                AudioFormat.Mp3 => new Mp3Decoder(file),
                AudioFormat.Vorbis => new VorbisDecoder(file),
                _ => new OpusDecoder(new BufferedStream(file)),
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static PcmDecoder OpenAiff(Stream file)
    {
        var aiff = new AiffFileReader(file); // gives its samples in WAV's byte order
        var format = aiff.WaveFormat;
        return new PcmDecoder(aiff, format.Encoding, format.BitsPerSample, format.Channels, format.SampleRate, aiff.Length);
    }

    /// <summary>Decodes block by block, so that little is held beyond the result.</summary>
    private static AudioClip Decode(AudioDecoder decoder, string path, int sampleRate)
    {
        if (decoder.SampleRate is < MinSampleRate or > MaxSampleRate)
        {
            throw new AudioException($"{path} claims {decoder.SampleRate} samples per second; expected {MinSampleRate} to {MaxSampleRate}.");
        }

        using var result = new SampleBuffer();
        var resampler = decoder.SampleRate == sampleRate ? null : new Resampler(decoder.SampleRate, sampleRate);
        var channels = decoder.Channels;
        var block = new float[Math.Max(1, BlockSamples / channels) * channels];
        for (int count; (count = decoder.Read(block)) > 0;)
        {
            var mono = MixDown(block.AsSpan(0, count), channels);
            if (mono.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            {
                throw new AudioException($"{path} holds samples that are not numbers (NaN or infinite); convert it again from its source.");
            }

            if (resampler is null)
            {
                result.Add(mono);
            }
            else
            {
                resampler.Process(mono, result);
            }

            if (result.Length > (long)MaxHours * 3600 * sampleRate)
            {
                throw new AudioException($"{path} is longer than {MaxHours} hours; cut it into parts.");
            }
        }

        resampler?.Finish(result);
        return result.Length > 0
            ? new AudioClip(result.Take(), sampleRate)
            : throw new AudioException($"{path} holds no sound: it has zero samples.");
    }

    /// <summary>Averages the channels in place.</summary>
    private static Span<float> MixDown(Span<float> interleaved, int channels)
    {
        if (channels == 1)
        {
            return interleaved;
        }

        var frames = interleaved.Length / channels;
        for (var i = 0; i < frames; i++)
        {
            var sum = 0f;
            foreach (var sample in interleaved.Slice(i * channels, channels))
            {
                sum += sample;
            }

            interleaved[i] = sum / channels;
        }

        return interleaved[..frames];
    }
}
