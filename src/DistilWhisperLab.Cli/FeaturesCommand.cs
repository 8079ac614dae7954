using System.CommandLine;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab features</c>: what Whisper's encoder is given for a recording.</summary>
internal static class FeaturesCommand
{
    private const int WindowSeconds = 30;

    public static Command Create()
    {
        var audio = new Argument<string>("audio") { Description = "The recording; its first 30 seconds count." };
        var output = new Option<string>("--out")
        {
            Description = "The safetensors file to write: log_mel [mels, frames], float32, for one window of 30 seconds.",
            Required = true,
        };
        var mels = new Option<int>("--mels")
        {
            Description = "Frequency bands: 80, or 128 for large-v3 and its successors.",
            DefaultValueFactory = _ => 80,
        };
        mels.AcceptOnlyFromAmong("80", "128");
        var command = new Command("features", "Write the log-mel spectrogram of a recording.") { audio, output, mels };
        command.SetAction(parsed =>
        {
            var clip = AudioFile.Load(parsed.GetRequiredValue(audio));
            using var spectrogram = new LogMelSpectrogram(parsed.GetValue(mels));
            using var features = spectrogram.Compute(clip.Samples, WindowSeconds * LogMelSpectrogram.SampleRate);
            SafetensorsFile.Write(parsed.GetRequiredValue(output), [new("log_mel", features)]);
        });
        return command;
    }
}
