using Concentus;
using Concentus.Enums;

namespace DistilWhisperLab.Tests.Audio;

/// <summary>Writes Ogg Opus files (RFC 7845), sound ones and odd ones.</summary>
internal sealed record OggOpusBuilder
{
    public const int SampleRate = 48000;
    private const int FrameSamples = 960; // 20 ms
    private const int PreSkip = 312;

    public int Channels { get; init; } = 1;

    /// <summary>Loudness on playback, in 256ths of a decibel.</summary>
    public short Gain { get; init; }

    /// <summary>Where positions begin: not at zero in a recording that was cut out of a longer one.</summary>
    public long FirstGranule { get; init; }

    /// <summary>Most segments of 255 bytes on a page; few of them make packets run over pages.</summary>
    public int SegmentsPerPage { get; init; } = 100;

    /// <param name="samples">Interleaved at 48 kHz.</param>
    public byte[] Build(float[] samples)
    {
        using var file = new MemoryStream();
        WritePage(file, 2, 0, [[.. "OpusHead"u8, 1, (byte)Channels, .. BitConverter.GetBytes((short)PreSkip), 0, 0, 0, 0, .. BitConverter.GetBytes(Gain), 0]]);
        WritePage(file, 0, 0, [[.. "OpusTags"u8, 0, 0, 0, 0, 0, 0, 0, 0]]);

        var encoder = OpusCodecFactory.CreateEncoder(SampleRate, Channels, OpusApplication.OPUS_APPLICATION_AUDIO);
        encoder.Bitrate = 64_000 * Channels;
        var length = samples.Length / Channels;
        var granule = FirstGranule;
        var segments = new List<byte>();
        var data = new List<byte>();
        for (var at = 0; at < length + PreSkip; at += FrameSamples)
        {
            var frame = new float[FrameSamples * Channels];
            var from = Math.Min(samples.Length, at * Channels);
            samples.AsSpan(from, Math.Min(frame.Length, samples.Length - from)).CopyTo(frame);
            var packet = new byte[4000];
            packet = packet[..encoder.Encode(frame, FrameSamples, packet, packet.Length)];

            var left = packet.Length;
            for (var more = true; more; left -= 255)
            {
                more = left >= 255;
                segments.Add((byte)Math.Min(left, 255));
                data.AddRange(packet.AsSpan(packet.Length - left, Math.Min(left, 255)));
                granule += more ? 0 : FrameSamples; // a page's position counts the packets that end on it
                if (segments.Count == SegmentsPerPage && (more || at + FrameSamples < length + PreSkip))
                {
                    Flush(isLast: false);
                }
            }
        }

        granule = FirstGranule + PreSkip + length;
        Flush(isLast: true);
        return file.ToArray();

        void Flush(bool isLast)
        {
            WritePage(file, (byte)(isLast ? 4 : 0), granule, segments, data);
            segments.Clear();
            data.Clear();
        }
    }

    private static void WritePage(Stream file, byte flags, long granule, byte[][] packets) =>
        WritePage(file, flags, granule, [.. packets.Select(p => (byte)p.Length)], [.. packets.SelectMany(p => p)]);

    private static void WritePage(Stream file, byte flags, long granule, List<byte> segments, List<byte> data)
    {
        file.Write([.. "OggS"u8, 0, flags, .. BitConverter.GetBytes(granule), 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)segments.Count]);
        file.Write([.. segments]);
        file.Write([.. data]);
    }
}
