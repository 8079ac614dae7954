using DistilWhisperLab.Distillation;

namespace DistilWhisperLab.Tests.Distillation;

public sealed class PlanFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_files_keys_are_taken_and_later_values_go_over_them()
    {
        var path = _folder.Write("plan.json", """
            { // a small run
              "teacher": "t", "updates": 7, "threshold": 5, "freeze_embedding": true, }
            """);
        var plan = PlanFile.Read(path, [("updates", "8"), ("threshold", "none"), ("kl-weight", "0.5"), ("validation", "a=b.jsonl")]);
        Assert.Equal(("t", 8, null, 0.5, true), (plan.Teacher, plan.Updates, plan.Threshold, plan.KlWeight, plan.FreezeEmbedding));
        Assert.Equal("a=b.jsonl", plan.Validation);
        Assert.Equal(plan, PlanFile.Read(_folder.Write("again.json", PlanFile.Write(plan)), []));
    }

    [Theory]
    [InlineData("upates", "8", "no key upates")]
    [InlineData("updates", "many", "updates must be a whole number, not \"many\"")]
    [InlineData("kl_weight", "x", "kl_weight must be a number")]
    [InlineData("freeze_encoder", "maybe", "freeze_encoder must be true or false")]
    [InlineData("updates", "none", "updates must be a whole number")]
    public void A_wrong_value_is_named(string key, string value, string message) =>
        Assert.Contains(message, Assert.Throws<LabException>(() => PlanFile.Read(null, [(key, value)])).Message);

    [Theory]
    [InlineData("{ \"updates\": \"many\" }", "is no plan")]
    [InlineData("{ \"upates\": 3 }", "upates")]
    [InlineData("[1]", "no JSON object")]
    public void A_wrong_file_is_named(string text, string message)
    {
        var error = Assert.Throws<LabException>(() => PlanFile.Read(_folder.Write("plan.json", text), []));
        Assert.Contains(message, error.Message);
        Assert.Contains("plan.json", error.Message);
    }

    [Theory]
    [InlineData("teacher", "none", "names no teacher")]
    [InlineData("temperature", "0", "temperature is 0")]
    [InlineData("early_stop", "3", "needs a validation corpus")]
    [InlineData("decoder_initialisation", "middle", "names no layers")]
    [InlineData("save_every", "0", "save_every is 0")]
    public void A_plan_that_cannot_be_carried_out_is_refused(string key, string value, string message)
    {
        var plan = PlanFile.Read(null, [("teacher", "t"), ("corpus", "c"), (key, value)]);
        Assert.Contains(message, Assert.Throws<LabException>(plan.Check).Message);
    }

    [Fact]
    public void Every_key_is_described() => Assert.All(PlanFile.Keys, key => Assert.EndsWith(".", key.Description));
}
