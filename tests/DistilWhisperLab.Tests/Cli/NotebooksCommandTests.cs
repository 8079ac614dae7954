using DistilWhisperLab.Cli;

namespace DistilWhisperLab.Tests.Cli;

public class NotebooksCommandTests
{
    [Fact]
    public void Paths_among_parameters_are_seen_from_where_lab_is_called()
    {
        using var folder = new TemporaryFolder();
        var speech = folder.File("speech");
        Directory.CreateDirectory(speech);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, speech);

        var parameters = NotebooksCommand.Parameters([$"corpus={relative}", $"test={relative}:dev+test", "model=openai/whisper-base", "seed=1"]);

        Assert.Equal(
            new Dictionary<string, string> { ["corpus"] = speech, ["test"] = speech + ":dev+test", ["model"] = "openai/whisper-base", ["seed"] = "1" },
            parameters);
    }
}
