using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>What is heard between the sentences of a long-form recording: silence, the room, music, distant talk, each as the scene lets it be heard.</summary>
internal static class LongPause
{
    // Up to here a pause is a breath, in which the scene goes on.
    private const double Breath = 1;

    // Root mean squares in dB of full scale; speech has −26 to −18.
    private const double RoomLevel = -48;
    private const double MusicLevel = -28;
    private const double DistantLevel = -36;

    /// <summary>A pause; its length is drawn evenly on a logarithmic scale, so that short ones are the more frequent.</summary>
    public static float[] Make(double[] seconds, AcousticScene scene, Func<int, Random, float[]> babble, Random random)
    {
        double[] logarithms = [Math.Log(seconds[0]), Math.Log(seconds[1])];
        var length = Math.Exp(logarithms.Draw(random));
        var samples = (int)(length * LogMelSpectrogram.SampleRate);
        var kind = length < Breath ? 0 : random.Next(5);
        return kind switch
        {
            0 => scene.Between(samples, random, babble),
            1 => new float[samples],
            2 => scene.Beside(Noise.Room(samples, random), RoomLevel),
            3 => scene.Beside(Noise.Music(samples, random), MusicLevel),
            _ => scene.Beside(babble(samples, random), DistantLevel),
        };
    }
}
