using System.Buffers.Binary;
using NAudio.Codecs;
using NAudio.Wave;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>Uncompressed little-endian samples, as WAV files and NAudio's readers hold them.</summary>
internal sealed class PcmDecoder : AudioDecoder
{
    private readonly Stream _stream;
    private readonly WaveFormatEncoding _encoding;
    private readonly int _bytesPerSample;
    private long _bytesLeft;
    private byte[] _bytes = [];

    /// <summary>Decodes samples from where the stream stands.</summary>
    /// <param name="stream">Disposed with the decoder; need not be able to seek.</param>
    /// <param name="encoding">Pcm, IeeeFloat, MuLaw or ALaw.</param>
    /// <param name="bitsPerSample">8, 16, 24 or 32 for Pcm, 32 or 64 for IeeeFloat, 8 for the others.</param>
    /// <param name="channels">Interleaved channels.</param>
    /// <param name="sampleRate">Samples per second of each channel.</param>
    /// <param name="bytes">How many bytes to read at most; the stream may end before.</param>
    /// <exception cref="NotSupportedException">Another encoding or an odd sample size.</exception>
    public PcmDecoder(Stream stream, WaveFormatEncoding encoding, int bitsPerSample, int channels, int sampleRate, long bytes)
    {
        var known = encoding switch
        {
            WaveFormatEncoding.Pcm => bitsPerSample is 8 or 16 or 24 or 32,
            WaveFormatEncoding.IeeeFloat => bitsPerSample is 32 or 64,
            WaveFormatEncoding.MuLaw or WaveFormatEncoding.ALaw => bitsPerSample is 8,
            _ => false,
        };
        if (!known || channels < 1)
        {
            throw new NotSupportedException($"{channels} channels of {encoding} with {bitsPerSample} bits");
        }

        _stream = stream;
        _encoding = encoding;
        _bytesPerSample = bitsPerSample / 8;
        _bytesLeft = bytes;
        Channels = channels;
        SampleRate = sampleRate;
    }

    /// <inheritdoc/>
    public override int SampleRate { get; }

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved)
    {
        var wanted = (int)Math.Min((long)interleaved.Length * _bytesPerSample, _bytesLeft);
        if (_bytes.Length < wanted)
        {
            _bytes = new byte[wanted];
        }

        var got = _stream.ReadAtLeast(_bytes.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
        _bytesLeft -= got;
        var count = got / _bytesPerSample;
        count -= count % Channels; // a frame cut short by the end of the file
        Convert(_bytes, interleaved[..count]);
        return count;
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    private void Convert(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = bytes.Slice(i * _bytesPerSample, _bytesPerSample);
            samples[i] = (_encoding, _bytesPerSample) switch
            {
                (WaveFormatEncoding.Pcm, 1) => (sample[0] - 128) / 128f,
                (WaveFormatEncoding.Pcm, 2) => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f,
                (WaveFormatEncoding.Pcm, 3) => (sample[0] << 8 | sample[1] << 16 | sample[2] << 24) / 2147483648f,
                (WaveFormatEncoding.Pcm, _) => BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648f,
                (WaveFormatEncoding.IeeeFloat, 4) => BinaryPrimitives.ReadSingleLittleEndian(sample),
                (WaveFormatEncoding.IeeeFloat, _) => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample),
                (WaveFormatEncoding.MuLaw, _) => MuLawDecoder.MuLawToLinearSample(sample[0]) / 32768f,
                _ => ALawDecoder.ALawToLinearSample(sample[0]) / 32768f,
            };
        }
    }
}
