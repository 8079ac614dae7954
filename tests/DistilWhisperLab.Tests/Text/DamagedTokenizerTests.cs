using CsCheck;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

public class DamagedTokenizerTests
{
    [Fact]
    public void A_missing_directory_and_an_empty_one_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no directory", Failure(folder.File("nowhere")));
        Assert.Contains("holds no tokenizer", Failure(folder.Path));
    }

    [Theory]
    [InlineData("vocab.json", "{\"!\": ", "vocab.json is not valid JSON")]
    [InlineData("vocab.json", "[1, 2]", "holds a JSON array")]
    [InlineData("vocab.json", "{\"!\": \"zero\"}", "the id \"zero\"")]
    [InlineData("vocab.json", "{\"!\": -1}", "the id -1")]
    [InlineData("vocab.json", "{\"!\": 2000000000}", "the id 2000000000")]
    [InlineData("vocab.json", "{\"!\": 1.5}", "the id 1.5")]
    [InlineData("vocab.json", "{\"!\": 0, \"<|endoftext|>\": 280}", "no piece for the byte")]
    [InlineData("added_tokens.json", "{}", "lacks <|startoftranscript|>")]
    [InlineData("added_tokens.json", "{\"<|startoftranscript|>\": 281}", "lacks <|translate|>")]
    [InlineData("added_tokens.json", "\0\u0001", "added_tokens.json is not valid JSON")]
    [InlineData("merges.txt", "#version: 0.2\nt h\nt\n", "line 3 of")]
    [InlineData("merges.txt", "t h x\n", "line 1 of")]
    [InlineData("merges.txt", "#version: 0.2\nq z\n", "needs the piece \"qz\"")]
    [InlineData("merges.txt", "t \u4e00\n", "needs the piece \"\u4e00\"")]
    public void A_damaged_file_is_named_with_what_was_expected(string file, string content, string message)
    {
        using var folder = new TemporaryFolder();
        SmallTokenizer.Trained.Save(folder.Path);
        folder.Write(file, content);
        Assert.Contains(message, Failure(folder.Path));
    }

    [Theory]
    [InlineData("\"<|startofprev|>\": 285", "\"<|startofprev|>\": 281", "the id 281 both")]
    [InlineData("\"<|startofprev|>\": 285", "\"<|startofprev|>\": 5", "does not lie between")]
    [InlineData("\"<|1.00|>\": 338", "\"<|1.00|>\": 999", "not numbered in order")]
    [InlineData("\"<|nospeech|>\"", "\"<|silence|>\"", "lacks <|nospeech|>")]
    public void Special_tokens_out_of_place_are_refused(string right, string wrong, string message)
    {
        using var folder = new TemporaryFolder();
        SmallTokenizer.Trained.Save(folder.Path);
        var added = File.ReadAllText(folder.File("added_tokens.json"));
        Assert.Contains(right, added);
        folder.Write("added_tokens.json", added.Replace(right, wrong));
        Assert.Contains(message, Failure(folder.Path));
    }

    [Theory]
    [InlineData("{}", "\"model\" with \"vocab\" and \"merges\"")]
    [InlineData("{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [[\"a\"]]}}", "merge 1 of")]
    [InlineData("{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [7]}}", "merge 1 of")]
    [InlineData("{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}, \"added_tokens\": [{\"id\": 3}]}", "without \"content\" and \"id\"")]
    public void A_damaged_tokenizer_json_is_named_with_what_was_expected(string content, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", content);
        Assert.Contains(message, Failure(folder.Path));
    }

    [Fact]
    public void A_merge_of_number_signs_is_no_header()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = WhisperTokenizer.Train(["## ## ##"], 257, 1);
        tokenizer.Save(folder.Path);
        folder.Write("merges.txt", "# #\n");
        Assert.Equal([256], WhisperTokenizer.Load(folder.Path).Encode("##"));
    }

    [Fact]
    public void Mutated_files_load_or_are_refused_but_never_crash()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = WhisperTokenizer.Train(["the cat sat on the mat that there"], 262, 0.2);
        tokenizer.Save(folder.Path);
        string[] names = ["vocab.json", "merges.txt", "added_tokens.json"];
        var sound = names.ToDictionary(name => name, name => File.ReadAllBytes(folder.File(name)));
        var refused = 0;
        Gen.Select(Gen.OneOf(names), Gen.Int[0, 3], Gen.Int, Gen.Int, Gen.Byte).Sample(
            (name, kind, first, second, value) =>
            {
                File.WriteAllBytes(folder.File(name), Mutate(sound[name], kind, first, second, value));
                try
                {
                    var loaded = WhisperTokenizer.Load(folder.Path);
                    loaded.Decode(loaded.Encode("that cat, there"));
                    loaded.SuppressNonSpeech();
                }
                catch (TokenizerException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                    refused++;
                }
                finally
                {
                    File.WriteAllBytes(folder.File(name), sound[name]);
                }
            },
            iter: 3000,
            threads: 1);
        Assert.InRange(refused, 500, 2999);
    }

    private static byte[] Mutate(byte[] bytes, int kind, int first, int second, byte value)
    {
        var from = (int)((uint)first % (uint)bytes.Length);
        var to = from + (int)((uint)second % (uint)Math.Min(40, bytes.Length - from));
        switch (kind)
        {
            case 0: // One byte is another.
                var changed = (byte[])bytes.Clone();
                changed[from] = value;
                return changed;
            case 1: // The file ends early.
                return bytes[..from];
            case 2: // A stretch is lost.
                return [.. bytes[..from], .. bytes[to..]];
            default: // A stretch is there twice.
                return [.. bytes[..to], .. bytes[from..]];
        }
    }

    private static string Failure(string directory) =>
        Assert.Throws<TokenizerException>(() => WhisperTokenizer.Load(directory)).Message;
}
