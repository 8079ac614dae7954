using System.CommandLine;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab pseudo-label</c>: a teacher's transcripts of a corpus, to train students on.</summary>
internal static class PseudoLabelCommand
{
    public static Command Create()
    {
        var defaults = new PseudoLabelSettings();
        var model = ModelOptions.Model();
        var corpus = new Option<string>("--corpus") { Description = $"The corpus: {CorpusText.Formats}.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder for the labels, in Parquet files.", Required = true };
        var shard = new Option<string?>("--shard")
        {
            Description = "Which part of the work this run does: 2/8 is the second of eight. Within a Slurm array job its task, else all.",
        };
        var beamSize = new Option<int?>("--beam-size") { Description = "Beams; greedy where it is not given." };
        var language = new Option<string?>("--language")
        {
            Description = "The speech's language, by code; detected where it is not given.",
        };
        var withoutTimestamps = new Option<bool>("--without-timestamps") { Description = "Label without timestamps." };
        var batch = new Option<int>("--batch-size")
        {
            Description = "Utterances decoded together.",
            DefaultValueFactory = _ => defaults.Batch,
        };
        var device = ModelOptions.Device();
        beamSize.MustBePositive();
        batch.MustBePositive();
        var command = new Command(
            "pseudo-label",
            "Have a teacher transcribe a corpus, to train students on, consecutive utterances of one recording and speaker joined up to its window. A stopped run goes on with the same command; several may share a folder, each with its shard.")
        {
            model, corpus, output, shard, beamSize, language, withoutTimestamps, batch, device,
        };
        command.SetStoppableAction((parsed, stop) =>
        {
            var manifest = parsed.GetRequiredValue(corpus);
            var settings = new PseudoLabelSettings
            {
                Timestamps = !parsed.GetValue(withoutTimestamps),
                BeamSize = parsed.GetValue(beamSize),
                Language = parsed.GetValue(language),
                Batch = parsed.GetValue(batch),
            };
            var part = parsed.GetValue(shard) is { } text ? Shard.Parse(text) : Shard.FromSlurm(Environment.GetEnvironmentVariable);
            using var progress = new LabProgress();
            var directory = ModelDirectory.Resolve(parsed.GetRequiredValue(model), progress, stop);
            using var teacher = Transcriber.Load(directory, Devices.Choose(parsed.GetRequiredValue(device)), progress, stop);
            var window = teacher.Model.Config.WindowSeconds;
            var utterances = Corpus.OpenForTraining(manifest, progress, stop).Fitting(window, progress).Join(window);
            var folder = PseudoLabelFolder.OpenOrBegin(
                parsed.GetRequiredValue(output), directory, teacher, manifest, utterances, settings);
            folder.Fill(teacher, utterances, part, progress, stop);
            Console.WriteLine(folder.IsComplete
                ? PseudoLabelSummary.Of(folder.Read()).ToString()
                : $"Shard {part} is done; others of the {folder.Parts} parts are still missing.");
            return 0;
        });
        return command;
    }
}
