using DistilWhisperLab.Cli;

namespace DistilWhisperLab.Tests.Cli;

public class TeacherCommandTests
{
    [Theory]
    [InlineData("--batch must be a number above 0", "--batch", "0")]
    [InlineData("--width cannot be given with --from", "--from", "data/teacher", "--width", "64")]
    public void What_cannot_be_done_is_refused_before_the_corpus_is_read(string message, params string[] options) =>
        Assert.StartsWith(message, Assert.Single(TeacherCommand.Create().Parse(["train", .. options]).Errors).Message);
}
