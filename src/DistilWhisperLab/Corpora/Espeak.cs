using System.Buffers.Binary;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;
using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace DistilWhisperLab.Corpora;

/// <summary>The speech synthesiser espeak-ng, called as a program.</summary>
internal static class Espeak
{
    /// <summary>The program.</summary>
    public const string Program = "espeak-ng";

    /// <summary>Beyond this its speech is not meant to be understood.</summary>
    public const double MaxWordsPerMinute = 450;

    private const int RateOffset = 24;
    private const int HeaderBytes = 44;

    /// <summary>Speaks a text, at 16 kHz.</summary>
    /// <param name="text">What to say.</param>
    /// <param name="voice">As <c>espeak-ng -v</c> takes it.</param>
    /// <param name="wordsPerMinute">How fast.</param>
    /// <param name="pitch">How high, 0 to 99; 50 is the voice's own.</param>
    /// <param name="stop">Ends the program.</param>
    /// <exception cref="LabException">espeak-ng is missing or does not know the voice.</exception>
    public static async Task<AudioClip> SpeakAsync(
        string text, string voice, double wordsPerMinute, double pitch, CancellationToken stop)
    {
        string[] arguments = ["-v", voice, "-s", $"{wordsPerMinute:0}", "-p", $"{pitch:0}", "--stdout", text];
        var wav = await ExternalTool.RunAsync(Program, arguments, default, stop);
        if (wav.Length <= HeaderBytes || !wav.AsSpan().StartsWith("RIFF"u8))
        {
            throw new LabException($"{Program} said nothing for \"{text}\" in the voice {voice}; {Program} --voices lists its voices.");
        }

        // The header of a stream cannot know the length: what has come is what counts.
        var rate = BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(RateOffset));
        var samples = new float[(wav.Length - HeaderBytes) / sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(wav.AsSpan(HeaderBytes + i * sizeof(short))) / 32768f;
        }

        return new AudioClip(ToModelRate(samples, rate), LogMelSpectrogram.SampleRate);
    }

    /// <summary>
    /// Resamples. Not with the resampler of <see cref="AudioFile"/>, which may be improved: the corpus's samples are
    /// frozen with the teacher that learnt from them.
    /// </summary>
    private static float[] ToModelRate(float[] samples, int rate)
    {
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
