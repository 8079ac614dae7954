using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>One of the real checkpoints, with the encoder's states of utterances computed once.</summary>
public sealed class GoldenModel : IDisposable
{
    private readonly Dictionary<string, Tensor> _states = [];

    public GoldenModel(string name)
    {
        var directory = name == "whisper-tiny.en" ? Fixtures.TinyEnglish : Fixtures.File(name);
        Transcriber = Transcriber.Load(directory);
        Decoder = new WindowDecoder(Model, Tokenizer);
    }

    public Transcriber Transcriber { get; }

    public WhisperModel Model => Transcriber.Model;

    public WhisperTokenizer Tokenizer => Transcriber.Tokenizer;

    public WindowDecoder Decoder { get; }

    /// <summary>The states of files of the fixtures' speech, <c>[files, frames, d_model]</c>; the caller's.</summary>
    public Tensor States(IEnumerable<string> files)
    {
        using var scope = NewDisposeScope();
        return cat([.. files.Select(Of)]).MoveToOuterDisposeScope();

        Tensor Of(string file)
        {
            if (!_states.TryGetValue(file, out var states))
            {
                var clip = AudioFile.Load(Fixtures.File("speech", file));
                _states[file] = states = Decoder.Encode(Transcriber.Features([clip])).DetachFromDisposeScope();
            }

            return states;
        }
    }

    /// <summary>
    /// How much more probable our token is than the reference's where two texts first differ, in nats; within the
    /// rounding of float32 both are right.
    /// </summary>
    public string FirstDifference(Tensor states, IReadOnlyList<int> input, IReadOnlyList<int> ours, IReadOnlyList<int> theirs)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var at = ours.Zip(theirs).TakeWhile(pair => pair.First == pair.Second).Count();
        var (mine, its) = (At(ours), At(theirs));
        var tokens = input.Concat(ours.Take(at)).Select(t => (long)t).ToArray();
        var logits = Model.Decoder.Logits(Model.Decoder.forward(tensor(tokens).unsqueeze(0), states)[0, -1].unsqueeze(0))[0];
        var margin = logits[mine].item<float>() - logits[its].item<float>();
        return $"token {at}: ours {mine} \"{Spell(mine)}\", reference {its} \"{Spell(its)}\", margin {margin:0.0000}";

        int At(IReadOnlyList<int> written) => at < written.Count ? written[at] : Tokenizer.EndOfText;
        string Spell(int token) => Tokenizer.DecodeWithTimestamps([token]);
    }

    public void Dispose()
    {
        foreach (var states in _states.Values)
        {
            states.Dispose();
        }

        Transcriber.Dispose();
    }
}

/// <summary>The real checkpoints, loaded when first asked for and shared by the golden tests.</summary>
public sealed class GoldenModels : IDisposable
{
    private readonly Dictionary<string, GoldenModel> _models = [];

    /// <summary>Whether everything is to be compared, not the part that every run takes.</summary>
    public static bool Everything => Environment.GetEnvironmentVariable("LAB_TESTS") == "full";

    public GoldenModel this[string name] => _models.TryGetValue(name, out var model) ? model : _models[name] = new GoldenModel(name);

    public static JsonElement Golden(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("golden", file)));
        return json.RootElement.Clone();
    }

    public static int[] Tokens(JsonElement result) => [.. result.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32())];

    public static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    public void Dispose()
    {
        foreach (var model in _models.Values)
        {
            model.Dispose();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class GoldenTests : ICollectionFixture<GoldenModels>
{
    public const string Name = "Golden";
}
