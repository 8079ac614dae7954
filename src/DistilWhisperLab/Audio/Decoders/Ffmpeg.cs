using System.Diagnostics;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>Everything that has no managed decoder, through the program ffmpeg.</summary>
internal sealed class Ffmpeg : AudioDecoder
{
    private readonly string _path;
    private readonly Process _process;
    private readonly Task<string> _complaints;
    private readonly AudioDecoder _wav;

    /// <summary>Starts ffmpeg on a file.</summary>
    /// <exception cref="AudioException">ffmpeg cannot read the file.</exception>
    public Ffmpeg(string program, string path)
    {
        _path = path;
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Only the file itself: a playlist must not send ffmpeg into the network.
        string[] arguments =
        [
            "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-i", "file:" + Path.GetFullPath(path),
            "-vn", "-sn", "-dn", "-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "pipe:1",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new AudioException($"{path} needs ffmpeg, and {program} does not start: {e.Message}", e);
        }

        _complaints = LastLine(_process.StandardError);
        try
        {
            _wav = WavReader.Open(_process.StandardOutput.BaseStream);
        }
        catch (EndOfStreamException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>The command that installs ffmpeg on this system.</summary>
    public static string InstallCommand =>
        OperatingSystem.IsWindows() ? "winget install ffmpeg"
        : OperatingSystem.IsMacOS() ? "brew install ffmpeg"
        : "sudo apt-get install ffmpeg";

    /// <inheritdoc/>
    public override int SampleRate => _wav.SampleRate;

    /// <inheritdoc/>
    public override int Channels => _wav.Channels;

    /// <summary>The program on PATH, or null.</summary>
    public static string? OnPath()
    {
        var name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved)
    {
        var count = _wav.Read(interleaved);
        if (count == 0)
        {
            _process.WaitForExit();
            if (_process.ExitCode != 0)
            {
                throw Failed(null);
            }
        }

        return count;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        try
        {
            _process.Kill(); // still running when the reader gave up
        }
        catch (InvalidOperationException)
        {
        }

        _wav.Dispose();
        _process.Dispose();
    }

    private static async Task<string> LastLine(StreamReader errors)
    {
        var last = "";
        while (await errors.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            last = line;
        }

        return last;
    }

    private AudioException Failed(Exception? inner)
    {
        _process.WaitForExit();
        var complaint = _complaints.Result;
        var reason = complaint[(complaint.LastIndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 ? colon + 2 : 0)..];
        var message = $"{_path} cannot be read as audio, not by ffmpeg either: {(reason == "" ? "it found no sound" : reason)}.";
        return inner is null ? new AudioException(message) : new AudioException(message, inner);
    }
}
