using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Corpora;

namespace DistilWhisperLab.Tests.Runtime;

public class ExternalToolTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Input_goes_in_and_output_comes_out()
    {
        // More than a pipe holds, so that reading and writing must happen at once.
        var input = new byte[1_000_000];
        new Random(1).NextBytes(input);

        Assert.Equal(input, await ExternalTool.RunAsync("cat", [], input, Stop));
    }

    [Fact]
    public async Task A_missing_program_comes_with_the_command_that_installs_it()
    {
        var error = await Assert.ThrowsAsync<LabException>(() => ExternalTool.RunAsync("no-such-program", [], default, Stop));

        Assert.Matches("no-such-program is needed and not installed; install it with: .* install no-such-program", error.Message);
    }

    [Fact]
    public async Task A_failure_comes_with_the_programs_last_words()
    {
        var error = await Assert.ThrowsAsync<LabException>(
            () => ExternalTool.RunAsync("sh", ["-c", "echo first >&2; echo last >&2; exit 3"], new byte[200_000], Stop));

        Assert.Equal("sh failed with exit code 3: last", error.Message);
    }

    [Fact]
    public async Task A_program_is_asked_for_its_version()
    {
        Assert.Matches(@"^\d+\.\d+", await ExternalTool.VersionAsync("dotnet", Stop));

        using var files = new TemporaryCorpus();
        var silent = files.PathOf("silent");
        await File.WriteAllTextAsync(silent, "#!/bin/sh\nexit 0\n", Stop);
        await ExternalTool.RunAsync("chmod", ["+x", silent], default, Stop);
        var error = await Assert.ThrowsAsync<LabException>(() => ExternalTool.VersionAsync(silent, Stop));
        Assert.StartsWith($"{silent} --version names no version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_ends_the_program()
    {
        using var stop = new CancellationTokenSource();
        var running = ExternalTool.RunAsync("sh", ["-c", "exec sleep 1000"], default, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }
}
