using System.CommandLine;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab encode</c>: what a model's encoder makes of a recording. The decoder's weights are not read.</summary>
internal static class EncodeCommand
{
    public static Command Create()
    {
        var audio = new Argument<string>("audio") { Description = "The recording; its first window counts, 30 seconds for published models." };
        var model = ModelOptions.Model();
        var output = new Option<string>("--out")
        {
            Description = "The safetensors file to write: encoder_states [frames, d_model], float32, for one window.",
            Required = true,
        };
        var device = ModelOptions.Device();
        var command = new Command("encode", "Write the encoder's states of a recording.") { audio, model, output, device };
        command.SetStoppableAction((parsed, stop) =>
        {
            using var progress = new LabProgress();
            var directory = ModelDirectory.Resolve(parsed.GetRequiredValue(model), progress, stop);
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            var where = Devices.Choose(parsed.GetRequiredValue(device));
            var clip = AudioFile.Load(parsed.GetRequiredValue(audio));
            using var encoder = Checkpoint.LoadEncoder(directory, where);
            using var spectrogram = new LogMelSpectrogram(encoder.Config.MelBins);
            var mel = spectrogram.Compute(clip.Samples, encoder.Config.WindowSamples).unsqueeze(0).to(where);
            SafetensorsFile.Write(parsed.GetRequiredValue(output), [new("encoder_states", encoder.forward(mel)[0])]);
            return 0;
        });
        return command;
    }
}
