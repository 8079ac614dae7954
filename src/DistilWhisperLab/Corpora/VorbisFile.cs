using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>Ogg Vorbis files, which every platform reads in managed code; ffmpeg encodes them.</summary>
internal static class VorbisFile
{
    private const string Quality = "0";

    /// <summary>Encodes a clip; the same samples give the same bytes with the same encoder.</summary>
    /// <exception cref="LabException">ffmpeg is missing.</exception>
    public static void Write(string path, AudioClip clip)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var wav = $"{path}.{Guid.NewGuid():N}.wav";
        var ogg = Path.ChangeExtension(wav, ".ogg");
        try
        {
            AudioFile.SaveWav(wav, clip);
            // Without "bitexact" the stream's serial number is random and the encoder writes its version.
            ExternalTool.Run(
                "ffmpeg", "-v", "error", "-y", "-i", wav, "-c:a", "libvorbis", "-q:a", Quality, "-map_metadata", "-1",
                "-fflags", "+bitexact", "-flags:a", "+bitexact", ogg);
            File.Move(ogg, path, overwrite: true);
        }
        finally
        {
            File.Delete(wav);
            File.Delete(ogg);
        }
    }
}
