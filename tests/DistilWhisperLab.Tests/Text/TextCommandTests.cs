using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DistilWhisperLab.Cli;

namespace DistilWhisperLab.Tests.Text;

public class TextCommandTests
{
    [Fact]
    public void A_line_filter_takes_lines_exactly()
    {
        Assert.Equal("[ a ]\n[]\n[\u00a0b\r]\n[last]\n", Filter(" a \n\n\u00a0b\r\nlast"));
        Assert.Equal("[x]\n", Filter("x\n"));
        Assert.Equal("", Filter(""));
    }

    [Fact]
    public void A_line_filter_survives_bytes_that_are_no_text()
    {
        var output = new MemoryStream();
        LineFilter.Run(new MemoryStream([(byte)'a', 0xff, (byte)'\n']), output, line => line);
        Assert.Equal("a\uFFFD\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void A_line_is_answered_before_the_next_is_awaited()
    {
        var output = new MemoryStream();
        var answeredAtEnd = -1L;
        LineFilter.Run(new OneLineThen(() => answeredAtEnd = output.Length), output, line => line);
        Assert.Equal(6, answeredAtEnd);
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_filter()
    {
        var lines = 0;
        LineFilter.Run(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("line\n", 100_000)))),
            new BrokenPipe(),
            line => $"{lines++}");
        Assert.InRange(lines, 1, 99_999);
    }

    [Theory]
    [InlineData("<&-", 1, "Standard input is closed")]
    [InlineData("< /dev/null", 0, "")]
    public async Task A_closed_input_is_an_error_and_an_empty_one_is_not(string input, int exitCode, string message)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Closes a descriptor with sh.");
        var lab = Path.Combine(AppContext.BaseDirectory, "lab.dll");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec dotnet '{lab}' normalize {input}"]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken)) != ended)
        {
            process.Kill();
            Assert.Fail("lab waits for a closed input.");
        }

        Assert.Equal(exitCode, process.ExitCode);
        Assert.Contains(message, await error);
    }

    [Fact]
    public void Word_errors_are_counted_line_by_line()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ref", "The cat sat.\n\nhello there\n");
        folder.Write("hyp", "the cat sat\nuh\nhello\n");
        using var raw = Wer(folder);
        Assert.Equal((4, 5, 2, 1, 1), Counts(raw.RootElement));
        Assert.Equal([2, 1, 1], raw.RootElement.GetProperty("utterances").EnumerateArray().Select(u => u.GetProperty("errors").GetInt32()));

        using var normalized = Wer(folder, "--normalize", "english");
        Assert.Equal((1, 5, 0, 1, 0), Counts(normalized.RootElement));
    }

    [Fact]
    public void Utterances_with_ids_are_matched_by_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ref", "u1 the cat\nu2 a dog\nu3\n");
        folder.Write("hyp", "u3\nu2 a dog\nu1 the hat\n");
        using var result = Wer(folder, "--kaldi");
        Assert.Equal((1, 4, 1, 0, 0), Counts(result.RootElement));
        Assert.Equal("u1", result.RootElement.GetProperty("utterances")[0].GetProperty("id").GetString());

        folder.Write("hyp", "u2 a dog\nu1 the hat\n");
        Assert.Contains("lacks the utterance u3", Failure(folder, kaldi: true));
        folder.Write("hyp", "u1\nu1\n");
        Assert.Contains("twice", Failure(folder, kaldi: true));
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ref", "a\nb\n");
        folder.Write("hyp", "a\n");
        Assert.Contains("2 lines", Failure(folder, kaldi: false));
        File.Delete(folder.File("hyp"));
        Assert.Contains("cannot be read", Failure(folder, kaldi: false));
    }

    private static string Filter(string input)
    {
        var output = new MemoryStream();
        LineFilter.Run(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, line => $"[{line}]");
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static JsonDocument Wer(TemporaryFolder folder, params string[] options)
    {
        var output = new StringWriter();
        var parsed = WerCommand.Create().Parse(["--reference", folder.File("ref"), "--hypothesis", folder.File("hyp"), "--json", .. options]);
        Assert.Equal(0, parsed.Invoke(new() { Output = output, EnableDefaultExceptionHandler = false }));
        return JsonDocument.Parse(output.ToString());
    }

    private static string Failure(TemporaryFolder folder, bool kaldi) =>
        Assert.Throws<LabException>(() => TranscriptPair.Read(folder.File("ref"), folder.File("hyp"), kaldi)).Message;

    private static (int Errors, int Words, int Substitutions, int Deletions, int Insertions) Counts(JsonElement result)
    {
        return (Int("errors"), Int("words"), Int("substitutions"), Int("deletions"), Int("insertions"));

        int Int(string name) => result.GetProperty(name).GetInt32();
    }

    private sealed class OneLineThen(Action atEnd) : MemoryStream(Encoding.UTF8.GetBytes("hello\n"))
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Position == Length)
            {
                atEnd();
            }

            return base.Read(buffer, offset, count);
        }
    }

    private sealed class BrokenPipe : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe");
    }
}
