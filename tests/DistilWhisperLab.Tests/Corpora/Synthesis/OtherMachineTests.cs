using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

/// <summary>
/// Another machine's mathematics may differ in a number's last bit. Each domain's scenes hear the same speech twice, the
/// second time with every sample moved by its last bit, up or down.
/// </summary>
public class OtherMachineTests
{
    private const int Utterances = 8;

    private static readonly CorpusSpecification World = CorpusSpecification.LabWorld();
    private static readonly float[][] Speech =
        [.. Corpus.Shipped("validation").Where(u => u.Domain == "audiobook").Take(Utterances).Stream().Select(item => item.Clip.Samples)];

    public static TheoryData<string> OverTheAir => [.. World.Domains.Where(d => !d.Value.Acoustics.Telephone).Select(d => d.Key)];

    public static TheoryData<string> OverTelephones => [.. World.Domains.Where(d => d.Value.Acoustics.Telephone).Select(d => d.Key)];

    [Theory]
    [MemberData(nameof(OverTheAir))]
    public void The_last_bit_moves_no_sample_by_more_than_a_step(string domain) =>
        Assert.All(Differences(domain), steps => Assert.InRange(steps, 0, 1));

    /// <summary>
    /// µ-law (ITU-T G.711) has 255 levels, so a last bit at the edge between two moves a sample by a whole one: seldom,
    /// but by more than a step of 16 bits.
    /// </summary>
    [Theory]
    [MemberData(nameof(OverTelephones))]
    public void Over_a_telephone_hardly_any_sample_moves_by_more(string domain)
    {
        var steps = Differences(domain).ToList();
        Assert.InRange(steps.Count(s => s > 1) / (double)steps.Count, 0, 2e-4);
        Assert.InRange(steps.Max(), 0, 64);
    }

    private static IEnumerable<int> Differences(string domain)
    {
        for (var i = 0; i < Speech.Length; i++)
        {
            var (here, there) = (Heard(domain, Speech[i], i), Heard(domain, Moved(Speech[i]), i));
            foreach (var (a, b) in here.Zip(there))
            {
                yield return Math.Abs(Step(a) - Step(b));
            }
        }
    }

    private static float[] Heard(string domain, float[] speech, int seed)
    {
        var random = new Random(seed);
        return AcousticScene.Draw(World.Domains[domain].Acoustics, random).Apply(speech, random, Talk);
    }

    private static float[] Talk(int samples, Random random)
    {
        var talk = new float[samples];
        Speech[^1].AsSpan(0, Math.Min(samples, Speech[^1].Length)).CopyTo(talk);
        return talk;
    }

    private static float[] Moved(float[] speech)
    {
        var random = new Random(7);
        return [.. speech.Select(s => random.Next(2) == 0 ? MathF.BitIncrement(s) : MathF.BitDecrement(s))];
    }

    private static int Step(float sample) => (int)Math.Round(Math.Clamp(sample, -1f, 1f) * short.MaxValue);
}
