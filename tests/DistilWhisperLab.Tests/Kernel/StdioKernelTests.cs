using System.Text.Json.Nodes;

namespace DistilWhisperLab.Tests.Kernel;

public class StdioKernelTests(StdioKernel kernel) : IClassFixture<StdioKernel>
{
    [Fact]
    public void The_kernel_of_the_workspace_settings_starts_and_offers_csharp() =>
        Assert.Contains("csharp", kernel.Kernels);

    [Fact]
    public async Task A_chart_comes_back_as_html_that_draws_it_without_any_reference_directive()
    {
        var events = await kernel.SubmitAsync("Plotly.NET.CSharp.Chart.Point<int, int, string>([1, 2, 3], [4, 5, 6])");
        Assert.Equal("CommandSucceeded", Last(events));
        Assert.Contains("newPlot", Shown(events, "text/html"));
    }

    [Fact]
    public async Task Tensors_work()
    {
        var events = await kernel.SubmitAsync("Console.Write(TorchSharp.torch.ones(2, 3).sum().item<float>());");
        Assert.Equal("CommandSucceeded", Last(events));
        Assert.Equal("6", Shown(events, "text/plain"));
    }

    [Fact]
    public async Task Data_frames_are_shown()
    {
        var events = await kernel.SubmitAsync(
            """new Microsoft.Data.Analysis.DataFrame(new Microsoft.Data.Analysis.Int32DataFrameColumn("updates", new[] { 47 }))""");
        Assert.Equal("CommandSucceeded", Last(events));
        Assert.Contains("47", Shown(events, "text/html"));
    }

    [Theory]
    [InlineData("throw new InvalidOperationException(\"as planned\");", "as planned")]
    [InlineData("int n = \"no number\";", "CS0029")]
    public async Task A_failing_submission_is_reported_and_the_kernel_goes_on(string code, string expected)
    {
        var failure = await kernel.SubmitAsync(code);
        Assert.Equal("CommandFailed", Last(failure));
        Assert.Contains(expected, (string)failure[^1]["event"]!["message"]!);

        var after = await kernel.SubmitAsync("Console.Write(6 * 7);");
        Assert.Equal("42", Shown(after, "text/plain"));
    }

    [Fact]
    public async Task Numbers_are_written_alike_in_every_language_of_vs_code()
    {
        var events = await kernel.SubmitAsync("Console.Write(1.5);");
        Assert.Equal("1.5", Shown(events, "text/plain"));
    }

    [Fact]
    public async Task Quit_ends_the_kernel()
    {
        var own = new StdioKernel();
        await own.InitializeAsync();
        try
        {
            Assert.Equal(0, await own.QuitAsync());
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    private static string Last(List<JsonNode> events) => (string)events[^1]["eventType"]!;

    private static string Shown(List<JsonNode> events, string mimeType) => string.Concat(events
        .Where(e => (string?)e["eventType"] is "ReturnValueProduced" or "DisplayedValueProduced" or "StandardOutputValueProduced")
        .SelectMany(e => e["event"]!["formattedValues"]!.AsArray())
        .Where(value => (string?)value!["mimeType"] == mimeType)
        .Select(value => (string)value!["value"]!));
}
