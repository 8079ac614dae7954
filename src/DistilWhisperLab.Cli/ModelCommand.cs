using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab model</c>: what a model is made of, and in which form it is stored.</summary>
internal static class ModelCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static Command Create() => new("model", "What a model is made of, and in which form it is stored.") { Info(), Convert(), ModelStudentCommand.Create(), Part(), Join() };

    private static Command Info()
    {
        var model = new Argument<string>("model") { Description = ModelOptions.ModelDescription };
        var json = new Option<bool>("--json") { Description = "Print one JSON document." };
        var command = new Command("info", "Tell a model's layers, parameters, vocabulary and stored type; its weights are not read.") { model, json };
        command.SetStoppableAction((parsed, stop) =>
        {
            using var progress = new LabProgress();
            var path = ModelDirectory.Resolve(parsed.GetRequiredValue(model), progress, stop);
            Print(parsed.InvocationConfiguration.Output, path, ModelAnatomy.Read(path), parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Command Convert()
    {
        var model = new Argument<string>("model") { Description = "One of OpenAI's .pt files." };
        var tokenizer = new Option<string>("--tokenizer")
        {
            Description = "A directory of any model with the same vocabulary: its tokenizer and generation files are copied.",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "The model directory to write.", Required = true };
        var command = new Command("convert", "Write a .pt file of OpenAI's as a model directory in the Hugging Face layout.") { model, tokenizer, output };
        command.SetAction(parsed =>
        {
            var (source, companions, target) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(tokenizer), parsed.GetRequiredValue(output));
            var anatomy = ModelAnatomy.Read(source);
            var vocabulary = WhisperTokenizer.Load(companions).VocabularySize;
            if (vocabulary != anatomy.Config.VocabularySize)
            {
                throw new LabException($"{companions} has a vocabulary of {vocabulary}, {source} one of {anatomy.Config.VocabularySize}; give the tokenizer of a model with the latter.");
            }

            using var loaded = Checkpoint.Load(source, type: anatomy.StoredTypes[0]);
            CompanionFiles.Copy(companions, target);
            Checkpoint.Save(loaded, target);
        });
        return command;
    }

    private static Command Part()
    {
        var student = new Argument<string>("student") { Description = "The student's directory." };
        var (teacher, output) = (Teacher(), new Option<string>("--out") { Description = "Receives the parts.", Required = true });
        var command = new Command("part", "Write what a student does not share with its teacher, to pass it on where the teacher is at hand.") { student, teacher, output };
        command.SetAction(parsed =>
        {
            var written = StudentParts.Write(
                parsed.GetRequiredValue(student), ModelDirectory.Resolve(parsed.GetRequiredValue(teacher)), parsed.GetRequiredValue(output));
            parsed.InvocationConfiguration.Output.WriteLine($"{written.Count} tensors are the student's own.");
        });
        return command;
    }

    private static Command Join()
    {
        var parts = new Argument<string>("parts") { Description = "A student's parts, for example data/tiny.en-student." };
        var (teacher, output) = (Teacher(), new Option<string>("--out") { Description = "The model directory to write.", Required = true });
        var command = new Command("join", "Make a whole student of its parts and its teacher.") { parts, teacher, output };
        command.SetAction(parsed => StudentParts.Join(
            parsed.GetRequiredValue(parts), ModelDirectory.Resolve(parsed.GetRequiredValue(teacher)), parsed.GetRequiredValue(output)));
        return command;
    }

    private static Option<string> Teacher() => new("--teacher")
    {
        Description = "The model that the student was distilled from: a directory or a hub name, such as openai/whisper-tiny.en.",
        Required = true,
    };

    private static void Print(TextWriter output, string path, ModelAnatomy anatomy, bool json)
    {
        var config = anatomy.Config;
        var types = string.Join(", ", anatomy.StoredTypes.Select(type => type.ToString().ToLowerInvariant()));
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    path,
                    Dtype = types,
                    Vocabulary = config.VocabularySize,
                    Mels = config.MelBins,
                    config.WindowSeconds,
                    config.Width,
                    Encoder = new { Layers = config.EncoderLayers, Heads = config.EncoderHeads, Parameters = config.EncoderParameters },
                    Decoder = new { Layers = config.DecoderLayers, Heads = config.DecoderHeads, Parameters = config.DecoderParameters },
                    config.Parameters,
                    Parts = anatomy.Parts.ToDictionary(part => part.Name, part => part.Parameters),
                },
                Json));
            return;
        }

        Line("model", path);
        Line("stored as", types);
        Line("vocabulary", $"{config.VocabularySize}");
        Line("input", string.Create(CultureInfo.InvariantCulture, $"{config.MelBins} mels, a window of {config.WindowSeconds:0.##} s"));
        Line("width", $"{config.Width}");
        Line("encoder", $"{config.EncoderLayers} layers of {config.EncoderHeads} heads");
        Line("decoder", $"{config.DecoderLayers} layers of {config.DecoderHeads} heads, {config.MaxTargetPositions} positions");
        Line("parameters", Count(config.Parameters));
        foreach (var part in anatomy.Parts)
        {
            Line("  " + part.Name, $"{Count(part.Parameters)}{(double)part.Parameters / config.Parameters,9:0.0%}");
        }

        void Line(string name, string value) => output.WriteLine($"{name,-28}{value}");

        static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture).PadLeft(14);
    }
}
