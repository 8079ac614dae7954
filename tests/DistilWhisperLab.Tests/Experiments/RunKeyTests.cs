using DistilWhisperLab.Distillation;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Tests.Experiments;

public class RunKeyTests
{
    [Theory]
    [InlineData("""{"b":1,"a":[1.0,2e0,0.1]}""", """{"a":[1,2,0.1],"b":1}""")]
    [InlineData("""{ "a": { "z": 1E-5, "y": true }, "B": null }""", """{"B":null,"a":{"y":true,"z":1E-05}}""")]
    [InlineData("""[-0.0, 9007199254740993, 1e30, "é'"]""", """[0,9007199254740993,1E+30,"é'"]""")]
    public void Equal_settings_are_equal_text(string json, string canonical)
    {
        var written = CanonicalJson.Of(System.Text.Json.Nodes.JsonNode.Parse(json)!);
        Assert.Equal(canonical, written);
        Assert.Equal(canonical, CanonicalJson.Of(System.Text.Json.Nodes.JsonNode.Parse(written)!));
    }

    [Fact]
    public void A_setting_that_is_null_is_as_if_it_did_not_exist() =>
        Assert.Equal(CanonicalJson.Of(new { Batch = 16 }), CanonicalJson.Of(new { Smoothing = (double?)null, Batch = 16 }));

    [Fact]
    public void Each_part_of_a_key_makes_another_run()
    {
        RunKey[] keys =
        [
            Key("train", "m", "d", new(), 1, 1), Key("evaluate", "m", "d", new(), 1, 1), Key("train", "n", "d", new(), 1, 1),
            Key("train", "m", "e", new(), 1, 1), Key("train", "m", "d", new() { KlWeight = 0 }, 1, 1),
            Key("train", "m", "d", new(), 2, 1), Key("train", "m", "d", new(), 1, 2),
        ];
        Assert.Equal(keys.Length, keys.DistinctBy(key => key.Id).Count());
        Assert.Equal(keys[0], Key("train", "m", "d", new(), 1, 1));

        static RunKey Key(string kind, string model, string data, DistillationSettings settings, int seed, int recipe) =>
            RunKey.Of(kind, model, data, settings, seed, recipe);
    }
}
