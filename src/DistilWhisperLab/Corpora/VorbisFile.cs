using System.Buffers.Binary;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>Ogg Vorbis files, which every platform reads in managed code; ffmpeg encodes them.</summary>
internal static class VorbisFile
{
    /// <summary>The program.</summary>
    public const string Program = "ffmpeg";

    private const string Quality = "0";

    /// <summary>Encodes a clip; the same samples give the same bytes with the same encoder.</summary>
    /// <exception cref="LabException">ffmpeg is missing, or it has no libvorbis.</exception>
    public static async Task WriteAsync(string path, AudioClip clip, CancellationToken stop)
    {
        // "bitexact" leaves out the encoder's version and a random serial number.
        string[] arguments =
        [
            "-v", "error", "-f", "s16le", "-ar", $"{clip.SampleRate}", "-ac", "1", "-i", "pipe:0",
            "-c:a", "libvorbis", "-q:a", Quality, "-map_metadata", "-1",
            "-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "ogg", "pipe:1",
        ];
        var ogg = await ExternalTool.RunAsync(Program, arguments, Pcm(clip.Samples), stop);
        AtomicFile.Write(path, stream => stream.Write(ogg));
    }

    private static byte[] Pcm(float[] samples)
    {
        var pcm = new byte[samples.Length * sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = (short)Math.Round(Math.Clamp(samples[i], -1f, 1f) * short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(i * sizeof(short)), sample);
        }

        return pcm;
    }
}
