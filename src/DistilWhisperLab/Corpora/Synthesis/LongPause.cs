using System.Numerics.Tensors;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>What is heard between the sentences of a long-form recording: silence, the scene's own background, music, distant talk.</summary>
internal static class LongPause
{
    // Up to here a pause is a breath, in which the scene goes on.
    private const double Breath = 1;
    private const double MusicRms = 0.04;
    private const double DistantRms = 0.015;

    /// <summary>A pause; its length is drawn evenly on a logarithmic scale, so that short ones are the more frequent.</summary>
    public static float[] Make(double[] seconds, AcousticScene scene, Func<int, Random, float[]> babble, Random random)
    {
        double[] logarithms = [Math.Log(seconds[0]), Math.Log(seconds[1])];
        var length = Math.Exp(logarithms.Draw(random));
        var samples = (int)(length * LogMelSpectrogram.SampleRate);
        var kind = length < Breath ? 0 : random.Next(4);
        return kind switch
        {
            0 => scene.Between(samples, random, babble),
            1 => new float[samples],
            2 => Scaled(Noise.Music(samples, random), MusicRms),
            _ => Scaled(babble(samples, random), DistantRms),
        };
    }

    private static float[] Scaled(float[] sound, double rms)
    {
        var gain = (float)(rms / Math.Max(1e-6, Math.Sqrt(TensorPrimitives.SumOfSquares<float>(sound) / sound.Length)));
        TensorPrimitives.Multiply(sound, gain, sound);
        return sound;
    }
}
