namespace DistilWhisperLab.Audio.Decoders;

/// <summary>A stream from one of its positions on, for a reader that must not see what lies before.</summary>
internal sealed class TailStream : Stream
{
    private readonly Stream _whole;
    private readonly long _start;

    public TailStream(Stream whole, long start)
    {
        (_whole, _start) = (whole, start);
        whole.Position = start;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => Math.Max(0, _whole.Length - _start);

    public override long Position
    {
        get => _whole.Position - _start;
        set => _whole.Position = value + _start;
    }

    public override int Read(byte[] buffer, int offset, int count) => _whole.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => _whole.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) =>
        _whole.Seek(origin == SeekOrigin.Begin ? offset + _start : offset, origin) - _start;

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
