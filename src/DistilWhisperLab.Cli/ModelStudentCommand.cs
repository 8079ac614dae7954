using System.CommandLine;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Cli;

/// <summary>
/// <c>lab model student</c>: a model of some of another's layers, before any training. <c>lab distill</c> makes its
/// student itself; this one is for other trainers, and for smaller teachers.
/// </summary>
internal static class ModelStudentCommand
{
    public static Command Create()
    {
        var teacher = new Option<string>("--teacher") { Description = ModelOptions.ModelDescription, Required = true };
        var decoderLayers = new Option<int?>("--decoder-layers") { Description = "Decoder layers; all by default, or as many as are listed." };
        var decoder = Initialisation("--decoder-initialisation");
        var encoderLayers = new Option<int?>("--encoder-layers") { Description = "Encoder layers; all by default, or as many as are listed." };
        var encoder = Initialisation("--encoder-initialisation");
        var seed = new Option<int>("--seed") { Description = "Seed of random layers.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out") { Description = "The model directory to write.", Required = true };
        var command = new Command("student", "Make a model of some of a teacher's layers, not trained yet.")
        {
            teacher, decoderLayers, decoder, encoderLayers, encoder, seed, output,
        };
        command.SetAction(parsed =>
        {
            var source = ModelDirectory.Resolve(parsed.GetRequiredValue(teacher));
            var target = parsed.GetRequiredValue(output);
            if (Path.GetFullPath(source) == Path.GetFullPath(target))
            {
                throw new LabException($"--out is the teacher's own directory, {target}; give another, so that the teacher is not overwritten.");
            }

            using var taught = Checkpoint.Load(source);
            var decoderMapping = LayerSelection.Choose(parsed.GetRequiredValue(decoder), taught.Config.DecoderLayers, parsed.GetValue(decoderLayers));
            var encoderMapping = LayerSelection.Choose(parsed.GetRequiredValue(encoder), taught.Config.EncoderLayers, parsed.GetValue(encoderLayers));
            torch.manual_seed(parsed.GetValue(seed));
            using var student = Student.FromTeacher(taught, decoderMapping, encoderMapping, FrozenParts.None);
            CompanionFiles.Copy(source, target);
            AtomicFile.WriteText(Path.Combine(target, "README.md"), Card(parsed.GetRequiredValue(teacher), decoderMapping, encoderMapping));
            Checkpoint.Save(student, target);
            parsed.InvocationConfiguration.Output.WriteLine($"decoder: {decoderMapping}");
            parsed.InvocationConfiguration.Output.WriteLine($"encoder: {encoderMapping}");
        });
        return command;
    }

    private static string Card(string teacher, LayerMapping decoder, LayerMapping encoder) =>
        $"""
        # A student before its training

        Layers of {Path.GetFileName(Path.TrimEndingDirectorySeparator(teacher))}, everything else copied whole: each of its layers ← the one it is a copy of.

        | | |
        |---|---|
        | decoder | {decoder} |
        | encoder | {encoder} |

        """;

    private static Option<string> Initialisation(string name) => new(name)
    {
        Description = $"Where they come from: {LayerSelection.Syntax}.",
        DefaultValueFactory = _ => "spaced",
    };
}
