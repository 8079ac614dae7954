namespace DistilWhisperLab.Text;

/// <content>Checks of the vocabulary and the tables made from it.</content>
public sealed partial class WhisperTokenizer
{
    private static Dictionary<int, string> Invert(IReadOnlyDictionary<string, int> names, string source)
    {
        var result = new Dictionary<int, string>();
        foreach (var (name, id) in names)
        {
            if (!result.TryAdd(id, name))
            {
                throw new TokenizerException($"{source} gives the id {id} both to \"{result[id]}\" and to \"{name}\".");
            }
        }

        return result;
    }

    // Pieces are spelled in the byte alphabet; added tokens stand for their own characters.
    private byte[]?[] BytesOfIds(string source)
    {
        var bytes = new byte[]?[VocabularySize];
        foreach (var (id, piece) in Invert(_vocabulary.Pieces, source))
        {
            if (id >= EndOfText)
            {
                throw new TokenizerException($"{source} numbers the piece \"{piece}\" {id}, but text ends before <|endoftext|> ({EndOfText}).");
            }

            bytes[id] = ByteAlphabet.Bytes(piece)
                ?? throw new TokenizerException($"{source} has the piece \"{piece}\", which is not spelled in GPT-2's byte alphabet.");
        }

        foreach (var (id, name) in _added)
        {
            bytes[id] = bytes[id] is null
                ? ByteAlphabet.Utf8(name)
                : throw new TokenizerException($"{source} gives the id {id} both to a piece and to the added token \"{name}\".");
        }

        return bytes;
    }

    private BytePairEncoder Encoder(string source)
    {
        var pieces = _vocabulary.Pieces;
        var idOfByte = new int[256];
        for (var b = 0; b < 256; b++)
        {
            if (!pieces.TryGetValue(ByteAlphabet.Spell((byte)b).ToString(), out idOfByte[b]))
            {
                throw new TokenizerException($"{source} has no piece for the byte 0x{b:X2}, so it cannot encode every text.");
            }
        }

        var merges = new Dictionary<(int, int), (int, int)>(_vocabulary.Merges.Count);
        foreach (var (left, right) in _vocabulary.Merges)
        {
            merges.TryAdd((Id(left), Id(right)), (merges.Count, Id(left + right)));
        }

        return new BytePairEncoder(idOfByte, merges);

        int Id(string piece) => pieces.TryGetValue(piece, out var id)
            ? id
            : throw new TokenizerException($"A merge of {source} needs the piece \"{piece}\", which its vocabulary lacks.");
    }
}
