using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Tests.Audio.Acoustics;

public class AcousticSceneTests
{
    private static readonly float[] Speech = Signal.Babble(16000, 1.5);

    private const string Everything = """
        {
          "band": [80, 7000], "telephone": true, "level": [-24, -22],
          "room": { "share": 1, "reverberationSeconds": [0.3, 0.6], "distance": [1, 3] },
          "backgrounds": [
            { "kind": "babble", "share": 1, "snr": [15, 20] }, { "kind": "music", "share": 1, "snr": [15, 20] },
            { "kind": "hum", "share": 1, "snr": [20, 25] }, { "kind": "pink", "share": 1, "snr": [20, 25] }
          ],
          "clipping": { "share": 1, "excess": [3, 6] }
        }
        """;

    [Fact]
    public void The_same_seeds_give_the_same_sound_on_any_number_of_threads()
    {
        var specification = Read(Everything);
        var expected = Enumerable.Range(0, 8).Select(Sound).ToArray();
        var parallel = new float[8][];
        Parallel.For(0, 8, i => parallel[i] = Sound(i));
        Assert.Equal(expected, parallel);
        Assert.NotEqual(expected[0], expected[1]);

        float[] Sound(int seed)
        {
            var random = new Random(seed);
            return AcousticScene.Draw(specification, random).Apply(Speech, random, Talk);
        }
    }

    [Fact]
    public void Whatever_happens_samples_are_as_many_as_before_and_within_full_scale()
    {
        var specification = Read(Everything) with { Level = [-12, -10] };
        for (var seed = 0; seed < 5; seed++)
        {
            var random = new Random(seed);
            var scene = AcousticScene.Draw(specification, random);
            foreach (var length in new[] { 0, 1, 999, Speech.Length })
            {
                var sound = scene.Apply(Speech.AsSpan(0, length), random, Talk);
                Assert.Equal(length, sound.Length);
                Assert.All(sound, sample => Assert.InRange(sample, -1, 1));
            }
        }
    }

    [Fact]
    public void Speech_comes_out_at_the_level_asked_for_whatever_its_own()
    {
        foreach (var amplitude in new[] { 0.01f, 1, 5 })
        {
            var scene = AcousticScene.Draw(new AcousticsSpecification { Level = [-27, -24] }, new Random(1));
            var sound = scene.Apply(Speech.Select(s => amplitude * s).ToArray(), new Random(1), null);
            Assert.InRange(Level.Decibel(Level.ActivePower(sound)), -27.01, -23.99);
            Assert.Equal(1, Signal.Likeness(Speech, sound), 1e-4);
        }
    }

    [Theory]
    [InlineData("white")]
    [InlineData("hum")]
    [InlineData("babble")]
    public void Backgrounds_lie_below_the_speech_by_the_ratio_asked_for_and_go_on_in_pauses(string kind)
    {
        var specification = new AcousticsSpecification
        {
            Band = [100, 6000],
            Level = [-24, -24],
            Backgrounds = [new BackgroundSpecification(kind, 1, [12, 12])],
        };
        var scene = AcousticScene.Draw(specification, new Random(1));
        var clean = AcousticScene.Draw(specification with { Backgrounds = [] }, new Random(1)).Apply(Speech, new Random(1), null);
        var added = scene.Apply(Speech, new Random(2), Talk).Zip(clean, (a, b) => a - b).ToArray();
        Assert.Equal(-36, Level.Decibel(Level.Power(added)), 0.1);
        Assert.Equal(-36, Level.Decibel(Level.Power(scene.Between(Speech.Length, new Random(3), Talk))), 0.1);
        Assert.Equal(-36, Level.Decibel(Level.Power(scene.Apply(new float[9000], new Random(3), Talk))), 0.1);
    }

    [Fact]
    public void Shares_are_shares_of_the_scenes()
    {
        var specification = new AcousticsSpecification { Backgrounds = [new BackgroundSpecification("white", 0.3, [10, 10])] };
        var noisy = Enumerable.Range(0, 1000).Count(seed =>
            Signal.Rms(AcousticScene.Draw(specification, new Random(seed)).Between(10, new Random(1), null)) > 0);
        Assert.InRange(noisy, 250, 350);
    }

    [Fact]
    public void Clipping_flattens_the_peaks_by_as_much_as_asked()
    {
        var specification = new AcousticsSpecification { Level = [-26, -26], Clipping = new ClippingSpecification(1, [6, 6]) };
        var clipped = AcousticScene.Draw(specification, new Random(1)).Apply(Speech, new Random(1), null);
        var whole = AcousticScene.Draw(specification with { Clipping = null }, new Random(1)).Apply(Speech, new Random(1), null);
        var top = clipped.Max(Math.Abs);
        Assert.Equal(whole.Max(Math.Abs) * Level.Gain(-6), top, 1e-4);
        Assert.InRange(clipped.Count(sample => Math.Abs(sample) == top), 20, clipped.Length / 2);
    }

    [Fact]
    public void A_telephone_leaves_nothing_outside_its_band()
    {
        var scene = AcousticScene.Draw(new AcousticsSpecification { Telephone = true, Backgrounds = [new BackgroundSpecification("white", 1, [0, 0])] }, new Random(1));
        var sound = scene.Between(16_000, new Random(1), null);
        Assert.InRange(Spectrum.Density(sound, 4100, 7900) - Spectrum.Density(sound, 400, 3300), -120, -40);
    }

    [Fact]
    public void Babble_must_be_given_where_it_was_drawn() =>
        Assert.Throws<ArgumentNullException>(() => AcousticScene.Draw(Read(Everything), new Random(1)).Between(100, new Random(1), null));

    [Fact]
    public void All_members_may_be_left_out()
    {
        var specification = Read("{}");
        Assert.Null(specification.Fault());
        Assert.Equal([-26, -18], specification.Level);
    }

    [Theory]
    [InlineData("""{ "level": [-18, -26] }""", "level")]
    [InlineData("""{ "level": [-5, 0] }""", "level")]
    [InlineData("""{ "level": null }""", "level")]
    [InlineData("""{ "band": [100] }""", "band")]
    [InlineData("""{ "band": [100, 9000] }""", "band")]
    [InlineData("""{ "band": [500, 500] }""", "band")]
    [InlineData("""{ "band": [4000, 5000], "telephone": true }""", "band")]
    [InlineData("""{ "room": { "share": 1.5, "reverberationSeconds": [0.3, 0.6], "distance": [1, 3] } }""", "room.share")]
    [InlineData("""{ "room": { "share": 1, "reverberationSeconds": [0, 0.6], "distance": [1, 3] } }""", "room.reverberationSeconds")]
    [InlineData("""{ "room": { "share": 1, "reverberationSeconds": [0.3, 0.6] } }""", "room.distance")]
    [InlineData("""{ "backgrounds": null }""", "backgrounds")]
    [InlineData("""{ "backgrounds": [null] }""", "backgrounds[0].kind")]
    [InlineData("""{ "backgrounds": [{ "kind": "hum", "share": 1, "snr": [0, 1] }, { "kind": "applause" }] }""", "backgrounds[1].kind")]
    [InlineData("""{ "backgrounds": [{ "kind": "hum", "share": -1, "snr": [0, 1] }] }""", "backgrounds[0].share")]
    [InlineData("""{ "backgrounds": [{ "kind": "babble", "share": 1, "snr": [2, 1] }] }""", "backgrounds[0].snr")]
    [InlineData("""{ "clipping": { "share": 2, "excess": [0, 1] } }""", "clipping.share")]
    [InlineData("""{ "clipping": { "share": 1, "excess": [-1, 1] } }""", "clipping.excess")]
    public void What_cannot_be_is_named(string json, string named)
    {
        var specification = Read(json);
        Assert.StartsWith($"{named} ", specification.Fault());
        Assert.Contains(named, Assert.Throws<AudioException>(() => AcousticScene.Draw(specification, new Random(1))).Message);
    }

    private static AcousticsSpecification Read(string json) =>
        JsonSerializer.Deserialize<AcousticsSpecification>(json, JsonSerializerOptions.Web)!;

    [Fact]
    public void A_sound_beside_the_speech_has_the_level_asked_for_and_the_scenes_band()
    {
        var scene = AcousticScene.Draw(new AcousticsSpecification { Band = [300, 2800] }, new Random(1));
        var heard = scene.Beside(Noise.White(32000, new Random(2)), -30);
        Assert.Equal(-30, Level.Decibel(Level.Power(heard)), 0.01);
        // White noise through it again loses next to nothing: the band was applied.
        var again = BandLimit.Filter(heard, 300, 2800, 16000);
        Assert.InRange(Level.Decibel(Level.Power(again)), -31, -30);
    }

    private static float[] Talk(int samples, Random random) =>
        Babble.Mix([Signal.Babble(16000, 0.8), Signal.Tone(300, 16000, 0.4)], samples, 4, random);
}
