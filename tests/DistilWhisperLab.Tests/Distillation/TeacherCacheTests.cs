using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;

namespace DistilWhisperLab.Tests.Distillation;

public sealed class TeacherCacheTests(ITestOutputHelper output) : IDisposable
{
    private readonly TinyWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(FrozenParts.Encoder, 2)]
    [InlineData(FrozenParts.None, 2)] // the student's own encoder hears
    [InlineData(FrozenParts.Encoder, 1)]
    public void Losses_are_the_same_with_memory_with_the_disk_and_without_a_cache(FrozenParts frozen, int encoderLayers)
    {
        using var teacher = _world.Teacher();
        var without = Losses(teacher, CacheBudget.None, frozen, encoderLayers);
        var memory = Losses(teacher, CacheBudget.Default, frozen, encoderLayers);
        // Room for some of the entries only, in memory, then on disk; the others are computed each time.
        var parts = Losses(teacher, new CacheBudget(20_000, 30_000), frozen, encoderLayers);
        Assert.Equal(16, without.Count);
        Assert.All(without.Zip(memory), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Equal(memory, parts); // bit for bit
    }

    [Fact]
    public void Sixteen_bits_state_their_difference()
    {
        using var teacher = _world.Teacher();
        var single = Losses(teacher, CacheBudget.Default, FrozenParts.Encoder, 2);
        var half = Losses(teacher, CacheBudget.Default with { Half = true }, FrozenParts.Encoder, 2);
        var difference = single.Zip(half, (a, b) => Math.Abs(a - b) / Math.Abs(a)).Max();
        output.WriteLine($"The largest relative difference of a loss from 16 bits: {difference:0.0e0}");
        Assert.InRange(difference, 1e-9, 2e-3);
    }

    [Fact]
    public void The_budget_is_kept_and_no_file_stays()
    {
        using var teacher = _world.Teacher();
        var folder = _world.Folder.File("cache");
        using (var cache = new TeacherCache(teacher, Set(teacher), new CacheBudget(5000, 3000), folder))
        {
            using var student = Student.FromTeacher(teacher.Model, [0, 2]);
            cache.Fill(student, stop: TestContext.Current.CancellationToken);
            Assert.InRange(cache.MemoryBytes, 1, 5000);
            Assert.InRange(cache.DiskBytes, 1, 3000);
        }

        Assert.Empty(Directory.GetFiles(folder));
    }

    private LabelledCorpus Set(Transcriber teacher) => LabelledCorpus.Create(
        new PseudoLabeller(teacher).Label(_world.Corpus), _world.Corpus, new(null), teacher.Tokenizer, teacher.Model.Config);

    private List<double> Losses(Transcriber teacher, CacheBudget budget, FrozenParts frozen, int encoderLayers)
    {
        using var cache = new TeacherCache(teacher, Set(teacher), budget, _world.Folder.File("cache"));
        using var student = Student.FromTeacher(
            teacher.Model,
            new LayerSelection(LayerRule.Spaced).Choose(3, 2),
            new LayerSelection(LayerRule.Spaced).Choose(2, encoderLayers),
            frozen);
        using var trainer = new DistillationTrainer(student, cache, new()
        {
            Updates = 8,
            Batch = 4,
            Warmup = 2,
            MseWeight = 0.1,
            PreviousTextProbability = 0.5,
        });
        return [.. trainer.Train().SelectMany(s => (double[])[s.PseudoLabel, s.Kl])];
    }
}
