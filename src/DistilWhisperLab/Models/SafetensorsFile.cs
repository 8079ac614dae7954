using System.Buffers.Binary;
using System.Text.Json;
using DistilWhisperLab.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// A file in the safetensors format: eight bytes with the header's length (little-endian), a JSON header that gives
/// each tensor's type, shape and byte range, then the data. Opening reads the header only; a tensor's bytes go
/// straight into the tensor that receives them.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    // The reference implementation's limit: a longer header is an attack or another kind of file.
    private const long MaxHeaderBytes = 100_000_000;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly long _dataStart;

    /// <summary>One tensor of the file: its type, shape and byte range behind the header.</summary>
    public sealed record Entry(ScalarType Type, long[] Shape, long Begin, long End) : StoredTensor(Type, Shape);

    private SafetensorsFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw Damaged("is shorter than the eight bytes that give the header's length");
        }

        if (prefix.SequenceEqual("version "u8))
        {
            throw new CheckpointException($"{path} is the placeholder that git leaves where Git LFS is not installed; fetch the file itself with git lfs pull.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || (long)length > stream.Length - 8)
        {
            throw Damaged($"announces a header of {length} bytes in a file of {stream.Length}");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        _dataStart = 8 + (long)length;
        (Entries, Metadata) = ParseHeader(header);
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, Entry> Entries { get; }

    /// <summary>The file's free text entries (<c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="CheckpointException">The file is missing, truncated or its header contradicts itself.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new CheckpointException($"{path} does not exist.");
        }

        FileStream? stream = null;
        try
        {
            return new SafetensorsFile(path, stream = File.OpenRead(path));
        }
        catch (Exception e)
        {
            stream?.Dispose();
            throw e is IOException or UnauthorizedAccessException ? new CheckpointException($"{path} cannot be read: {e.Message}", e) : e;
        }
    }

    /// <summary>Reads one tensor in the type that the file stores.</summary>
    public Tensor Read(string name)
    {
        var entry = Find(name);
        var tensor = empty(entry.Shape, entry.Type);
        ReadInto(name, tensor);
        return tensor;
    }

    /// <summary>
    /// Reads one tensor into an existing one of the same shape, converting to its type and device. No more than a
    /// chunk of four megabytes is held besides.
    /// </summary>
    /// <exception cref="CheckpointException">No such tensor, or its shape differs.</exception>
    public void ReadInto(string name, Tensor target)
    {
        var entry = Find(name);
        if (!entry.Shape.AsSpan().SequenceEqual(target.shape))
        {
            throw new CheckpointException($"{_path}: tensor {name} has shape {StoredWeights.Text(entry.Shape)}, expected {StoredWeights.Text(target.shape)}.");
        }

        try
        {
            _stream.Position = _dataStart + entry.Begin;
            TensorStream.Read(_stream, entry.Type, target);
        }
        catch (IOException e)
        {
            throw new CheckpointException($"{_path}: tensor {name} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Writes tensors in the given order. The file appears under its name only when complete.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Free text entries.</param>
    /// <param name="type">The stored type; each tensor's own by default.</param>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        ScalarType? type = null)
    {
        var all = tensors.ToList();
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            // Transformers refuses a file that does not say which framework's layout it holds.
            json.WriteString("format", "pt");
            foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in all)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsType.Name(type ?? tensor.dtype));
                json.WriteStartArray("shape");
                foreach (var size in tensor.shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.numel() * (type ?? tensor.dtype).ElementSize();
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Padding with blanks keeps the data aligned to eight bytes.
        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
            stream.Write(prefix);
            header.WriteTo(stream);
            foreach (var (_, tensor) in all)
            {
                TensorStream.Write(stream, tensor, type ?? tensor.dtype);
            }
        });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private Entry Find(string name) =>
        Entries.TryGetValue(name, out var entry) ? entry : throw new CheckpointException($"{_path} holds no tensor {name}.");

    private (Dictionary<string, Entry> Entries, Dictionary<string, string> Metadata) ParseHeader(byte[] header)
    {
        var entries = new Dictionary<string, Entry>();
        var metadata = new Dictionary<string, string>();
        try
        {
            using var json = JsonDocument.Parse(header);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (var text in property.Value.EnumerateObject())
                    {
                        metadata[text.Name] = text.Value.GetString() ?? "";
                    }
                }
                else if (!entries.TryAdd(property.Name, ParseEntry(property)))
                {
                    throw Damaged($"names tensor {property.Name} twice");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Damaged($"has a header that is not the expected JSON ({e.Message})");
        }

        long covered = 0;
        foreach (var (name, entry) in entries.OrderBy(e => e.Value.Begin).ThenBy(e => e.Value.End))
        {
            if (entry.Begin < covered)
            {
                throw Damaged($"gives tensor {name} bytes that belong to another tensor");
            }

            covered = entry.End;
        }

        return (entries, metadata);
    }

    private Entry ParseEntry(JsonProperty property)
    {
        var name = property.Value.GetProperty("dtype").GetString();
        var type = SafetensorsType.Parse(name) ?? throw Damaged($"gives tensor {property.Name} the unknown type {name}");
        var shape = property.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()).ToArray();
        var offsets = property.Value.GetProperty("data_offsets").EnumerateArray().Select(s => s.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > _stream.Length - _dataStart)
        {
            throw Damaged($"puts tensor {property.Name} at bytes {StoredWeights.Text(offsets)} of {_stream.Length - _dataStart}");
        }

        var entry = new Entry(type, shape, offsets[0], offsets[1]);
        try
        {
            if (shape.Any(s => s < 0) || checked(entry.Count * type.ElementSize()) != offsets[1] - offsets[0])
            {
                throw Damaged($"gives tensor {property.Name} of shape {StoredWeights.Text(shape)} and type {name} {offsets[1] - offsets[0]} bytes");
            }
        }
        catch (OverflowException)
        {
            throw Damaged($"gives tensor {property.Name} the impossible shape {StoredWeights.Text(shape)}");
        }

        return entry;
    }

    private CheckpointException Damaged(string what) =>
        new($"{_path} {what}; it is no complete safetensors file, so copy or download it again.");
}
