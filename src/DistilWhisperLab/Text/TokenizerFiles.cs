using System.Text.Encodings.Web;
using System.Text.Json;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Text;

/// <summary>
/// What a tokenizer's files hold: pieces in the byte alphabet, merges in order, added tokens by name, and the tokens
/// that generation_config.json forbids to write, null where it names none.
/// </summary>
internal sealed record TokenizerVocabulary(
    IReadOnlyDictionary<string, int> Pieces,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyDictionary<string, int> Added,
    IReadOnlyList<int>? Suppressed);

/// <summary>
/// Reads and writes the Hugging Face layouts: vocab.json + merges.txt + added_tokens.json (the "slow" tokenizer), or
/// tokenizer.json. Published directories mix them: a vocab.json may stand beside special tokens that only
/// tokenizer.json names, so added tokens are gathered from both.
/// </summary>
internal static class TokenizerFiles
{
    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";
    private const string AddedFile = "added_tokens.json";
    private const string FastFile = "tokenizer.json";
    private const string GenerationFile = "generation_config.json";

    // Far above any vocabulary there is; keeps a lying id from asking for gigabytes.
    private const int MaximumId = 1_000_000;

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static TokenizerVocabulary Read(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new TokenizerException($"There is no directory {directory}; a tokenizer is a directory with {VocabularyFile} and {MergesFile}, or {FastFile}.");
        }

        string At(string file) => Path.Combine(directory, file);
        var added = new Dictionary<string, int>();
        Dictionary<string, int> pieces;
        List<(string, string)> merges;
        if (File.Exists(At(VocabularyFile)) && File.Exists(At(MergesFile)))
        {
            pieces = WithJson(At(VocabularyFile), root => Ids(root, At(VocabularyFile)));
            merges = ReadMerges(At(MergesFile));
            if (File.Exists(At(AddedFile)))
            {
                AddAll(added, WithJson(At(AddedFile), root => Ids(root, At(AddedFile))), At(AddedFile));
            }

            if (File.Exists(At(FastFile)) && !added.ContainsKey(SpecialTokens.StartOfTranscript))
            {
                AddAll(added, WithJson(At(FastFile), root => AddedTokens(root, At(FastFile))), At(FastFile));
            }
        }
        else if (File.Exists(At(FastFile)))
        {
            (pieces, merges, var fastAdded) = WithJson(At(FastFile), root => FastModel(root, At(FastFile)));
            AddAll(added, fastAdded, At(FastFile));
        }
        else
        {
            throw new TokenizerException($"{directory} holds no tokenizer: {VocabularyFile} with {MergesFile}, or {FastFile}, was expected.");
        }

        // Files differ in whether <|endoftext|> is a piece or an added token; added tokens are also listed as pieces.
        if (pieces.TryGetValue(SpecialTokens.EndOfText, out var end))
        {
            AddAll(added, new Dictionary<string, int> { [SpecialTokens.EndOfText] = end }, directory);
        }

        foreach (var name in added.Keys)
        {
            pieces.Remove(name);
        }

        RestoreFirstMerge(pieces, merges);
        var suppressed = File.Exists(At(GenerationFile))
            ? WithJson(At(GenerationFile), root => SuppressedTokens(root, At(GenerationFile)))
            : null;
        return new TokenizerVocabulary(pieces, merges, added, suppressed);
    }

    private static List<int>? SuppressedTokens(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("suppress_tokens", out var list)
            || list.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(id => Id(id, "suppress_tokens", path))]
            : throw new TokenizerException($"{path} was expected to list its suppress_tokens, but holds a JSON {Kind(list)} there.");
    }

    // OpenAI's multilingual merges.txt has no header; converters that skip its first line lose the first merge, and with
    // it nearly every piece that begins with a space. The piece itself, the first after the bytes, tells which it was.
    private static void RestoreFirstMerge(Dictionary<string, int> pieces, List<(string Left, string Right)> merges)
    {
        var first = pieces.FirstOrDefault(piece => piece.Value == 256).Key;
        if (first is { Length: 2 } && !merges.Any(merge => merge.Left + merge.Right == first))
        {
            merges.Insert(0, (first[..1], first[1..]));
        }
    }

    public static void Write(string directory, TokenizerVocabulary vocabulary)
    {
        void Save(string file, object value) =>
            AtomicFile.WriteText(Path.Combine(directory, file), JsonSerializer.Serialize(value, Readable) + "\n");

        static Dictionary<string, int> ById(IEnumerable<KeyValuePair<string, int>> ids) =>
            new(ids.OrderBy(entry => entry.Value));

        var end = SpecialTokens.EndOfText;
        Save(VocabularyFile, ById(vocabulary.Pieces.Append(new(end, vocabulary.Added[end]))));
        AtomicFile.WriteText(
            Path.Combine(directory, MergesFile),
            string.Concat(vocabulary.Merges.Select(merge => $"{merge.Left} {merge.Right}\n").Prepend("#version: 0.2\n")));
        var added = ById(vocabulary.Added.Where(entry => entry.Key != end));
        Save(AddedFile, added);
        Save("special_tokens_map.json", new
        {
            bos_token = end,
            eos_token = end,
            pad_token = end,
            unk_token = end,
            additional_special_tokens = added.Keys.Where(name => !SpecialTokens.IsTimestampName(name)).Prepend(end),
        });
        Save("tokenizer_config.json", new
        {
            tokenizer_class = "WhisperTokenizer",
            processor_class = "WhisperProcessor",
            model_max_length = 1024,
            add_prefix_space = false,
            errors = "replace",
            bos_token = end,
            eos_token = end,
            pad_token = end,
            unk_token = end,
        });
    }

    private static T WithJson<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TokenizerException($"{path} is not valid JSON: {FirstLine(e)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"{path} cannot be read: {FirstLine(e)}", e);
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd();

    private static Dictionary<string, int> Ids(JsonElement ids, string path)
    {
        if (ids.ValueKind != JsonValueKind.Object)
        {
            throw new TokenizerException($"{path} was expected to map pieces to ids, but holds a JSON {Kind(ids)}.");
        }

        var result = new Dictionary<string, int>();
        foreach (var entry in ids.EnumerateObject())
        {
            result[entry.Name] = Id(entry.Value, entry.Name, path);
        }

        return result;
    }

    private static int Id(JsonElement value, string name, string path) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id is >= 0 and < MaximumId
            ? id
            : throw new TokenizerException(
                $"{path} gives \"{name}\" the id {Shorten(value.GetRawText())}; a whole number from 0 to {MaximumId - 1} was expected.");

    private static List<(string Left, string Right)> ReadMerges(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"{path} cannot be read: {FirstLine(e)}", e);
        }

        // Only a line that starts with "#version" is a header: "# #" is a merge, and some files have no header.
        var merges = new List<(string, string)>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            if (line.Length > 0 && !(number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
            {
                merges.Add(Merge(line, $"line {number} of {path}"));
            }
        }

        return merges;
    }

    private static (string, string) Merge(string line, string where)
    {
        var parts = line.Split(' ');
        return parts is [{ Length: > 0 } left, { Length: > 0 } right]
            ? (left, right)
            : throw new TokenizerException($"{where} is \"{Shorten(line)}\", where two pieces separated by one space were expected.");
    }

    private static (Dictionary<string, int>, List<(string, string)>, Dictionary<string, int>) FastModel(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model", out var model)
            || model.ValueKind != JsonValueKind.Object
            || !model.TryGetProperty("vocab", out var vocab) || !model.TryGetProperty("merges", out var list)
            || list.ValueKind != JsonValueKind.Array)
        {
            throw new TokenizerException($"{path} holds no byte-pair model: \"model\" with \"vocab\" and \"merges\" was expected.");
        }

        var merges = new List<(string, string)>(list.GetArrayLength());
        foreach (var merge in list.EnumerateArray())
        {
            var where = $"merge {merges.Count + 1} of {path}";
            merges.Add(merge.ValueKind switch
            {
                JsonValueKind.String => Merge(merge.GetString()!, where),
                JsonValueKind.Array when merge.GetArrayLength() == 2 && merge.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String)
                    => (merge[0].GetString()!, merge[1].GetString()!),
                _ => throw new TokenizerException($"{where} is {Shorten(merge.GetRawText())}, where two pieces were expected."),
            });
        }

        return (Ids(vocab, path), merges, AddedTokens(root, path));
    }

    private static Dictionary<string, int> AddedTokens(JsonElement root, string path)
    {
        var added = new Dictionary<string, int>();
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("added_tokens", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return added;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new TokenizerException($"{path} was expected to list its added_tokens, but holds a JSON {Kind(list)} there.");
        }

        foreach (var token in list.EnumerateArray())
        {
            if (token.ValueKind != JsonValueKind.Object || !token.TryGetProperty("content", out var content)
                || content.ValueKind != JsonValueKind.String || !token.TryGetProperty("id", out var id))
            {
                throw new TokenizerException($"{path} has an added token without \"content\" and \"id\": {Shorten(token.GetRawText())}.");
            }

            added[content.GetString()!] = Id(id, content.GetString()!, path);
        }

        return added;
    }

    private static void AddAll(Dictionary<string, int> added, Dictionary<string, int> more, string path)
    {
        foreach (var (name, id) in more)
        {
            if (!added.TryAdd(name, id) && added[name] != id)
            {
                throw new TokenizerException($"{path} gives \"{name}\" the id {id}, but another file beside it says {added[name]}.");
            }
        }
    }

    private static string Kind(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
