using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Experiments;

/// <summary>
/// Hashes of what a run's result depends on, wherever it lies: a model by its dimensions and weights, a corpus by its
/// utterances and their audio. SHA-256 in hexadecimal digits. What is read from files is remembered as long as their
/// sizes and times stay.
/// </summary>
public static class ContentHash
{
    private static readonly ConcurrentDictionary<string, (string State, string Hash)> Known = new();

    /// <summary>
    /// The hash of a stored model: the same as that of the model loaded from it, and the same for a float16 and a
    /// float32 file of the same values. Neither the tokenizer nor generation settings are part of it.
    /// </summary>
    /// <param name="path">A model directory in the Hugging Face layout, or one of OpenAI's .pt files.</param>
    /// <exception cref="CheckpointException">It is neither, or damaged.</exception>
    public static string Model(string path)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)] : [path];
        return Remembered(Path.GetFullPath(path), string.Join('\n', files.Select(State)), () =>
        {
            using var stored = StoredWeights.Open(path);
            stored.Check(prefix: "");
            return Hash(stored.Config, stored.Tensors.Keys.Where(name => name != StoredWeights.TiedOutput), name =>
            {
                var tensor = empty(stored.Tensors[name].Shape, ScalarType.Float32);
                stored.ReadInto(name, tensor);
                return tensor;
            });
        });
    }

    /// <summary>The hash of a model in memory.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">What its weights are rounded to before; by default they count as float32.</param>
    public static string Model(WhisperModel model, ScalarType type = ScalarType.Float32)
    {
        var tensors = model.NamedTensors();
        return Hash(model.Config, tensors.Keys, name => tensors[name].to(type, CPU).contiguous());
    }

    /// <summary>
    /// The hash of a corpus: its utterances' ids, texts, starts and durations in order, and the bytes of their audio
    /// files, whatever these are called.
    /// </summary>
    /// <exception cref="CorpusException">A recording is missing.</exception>
    public static string Data(Corpus corpus)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var utterance in corpus.Utterances)
        {
            Add(hash, utterance.Id);
            Add(hash, utterance.Text);
            Add(hash, utterance.Start);
            Add(hash, utterance.Duration);
            foreach (var file in corpus.Files(utterance))
            {
                Add(hash, FileBytes(file));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hash of a list of texts.</summary>
    internal static string Text(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            Add(hash, text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(WhisperConfig config, IEnumerable<string> names, Func<string, Tensor> read)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // The other keys of a configuration, its stored type among them, do not change what is computed.
        Add(hash, CanonicalJson.Of(config with { Other = [] }));
        using var withoutGradient = no_grad();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            Add(hash, name);
            hash.AppendData(read(name).bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string FileBytes(string path)
    {
        try
        {
            return Remembered(Path.GetFullPath(path), State(path), () =>
            {
                using var stream = File.OpenRead(path);
                return Convert.ToHexStringLower(SHA256.HashData(stream));
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"The recording {path} cannot be read: {e.Message}", e);
        }
    }

    private static string Remembered(string path, string state, Func<string> compute)
    {
        if (Known.TryGetValue(path, out var known) && known.State == state)
        {
            return known.Hash;
        }

        var hash = compute();
        Known[path] = (state, hash);
        return hash;
    }

    private static string State(string path)
    {
        // A snapshot of the Hugging Face cache is made of links; what counts is the file behind each.
        var file = new FileInfo(path);
        var target = file.Exists ? file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file : file;
        return $"{file.Name} {(target.Exists ? target.Length : -1)} {target.LastWriteTimeUtc.Ticks}";
    }

    private static void Add(IncrementalHash hash, string text)
    {
        // The length first, so that no two lists of texts run together into the same bytes.
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, double number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
