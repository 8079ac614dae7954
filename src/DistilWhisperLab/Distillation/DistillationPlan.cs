using System.ComponentModel;
using DistilWhisperLab.Models;
using TorchSharp;

namespace DistilWhisperLab.Distillation;

#pragma warning disable CS1591 // Each description is the member's documentation, and the help of lab distill shows it too.

/// <summary>Everything that <c>lab distill</c> needs to know: data, student, objective, schedule, and how it is watched.</summary>
public sealed record DistillationPlan : DistillationSettings
{
    [Description("Needed, here or in the file. The teacher: a model directory in the Hugging Face layout, or a hub name.")]
    public string? Teacher { get; init; }

    [Description("Needed, here or in the file. The training corpus, of any format that lab corpus info reads, with :SPLIT behind it where it has several; consecutive utterances of one recording and speaker are joined up to the teacher's window.")]
    public string? Corpus { get; init; }

    [Description("Folder of the corpus's pseudo-labels, made there where they are missing; labels in the output folder by default.")]
    public string? Labels { get; init; }

    [Description("The utterances, a corpus too, that choose the best checkpoint, by the word error rate averaged over domains; none: the last one is taken.")]
    public string? Validation { get; init; }

    [Description("The speech's language, by code; none for English-only teachers, or to have it detected.")]
    public string? Language { get; init; }

    [Description("Beams while labelling; none decodes greedily.")]
    public int? LabelBeamSize { get; init; }

    [Description("Utterances labelled or validated together.")]
    public int LabelBatch { get; init; } = 16;

    [Description("Labels are trained on whose word error rate, in percent, lies below this; none keeps all.")]
    public double? Threshold { get; init; } = 10;

    [Description("Decoder layers of the student; none: as many as are listed, or 2.")]
    public int? DecoderLayers { get; init; }

    [Description($"Where the decoder's layers come from: {LayerSelection.Syntax}. spaced is the paper's rule, as far apart as possible with the first and the last among them; even takes every so many, counted from the last; a list says how many there are.")]
    public string DecoderInitialisation { get; init; } = "spaced";

    [Description("Encoder layers of the student; none: as many as are listed, or as the teacher has.")]
    public int? EncoderLayers { get; init; }

    [Description("Where the encoder's layers come from, by the same rules.")]
    public string EncoderInitialisation { get; init; } = "spaced";

    [Description("Leave the encoder as it is.")]
    public bool FreezeEncoder { get; init; } = true;

    [Description("Leave the decoder's token embedding and positions as they are.")]
    public bool FreezeEmbedding { get; init; }

    [Description("Updates between two validations.")]
    public int EvaluateEvery { get; init; } = 200;

    [Description("Updates between two saved states.")]
    public int SaveEvery { get; init; } = 200;

    [Description("Validations without a better word error rate after which the run ends; none: it makes all updates.")]
    public int? EarlyStop { get; init; }

    [Description("Megabytes of memory for what teacher and frozen encoder compute.")]
    public int CacheMemory { get; init; } = 2048;

    [Description("Megabytes of disk for what does not fit the memory.")]
    public int CacheDisk { get; init; } = 4096;

    [Description("Keep what teacher and encoder compute in 16 bits: twice as much fits, but each number is rounded to 11 significant bits.")]
    public bool CacheHalf { get; init; }

    [Description("Where to compute: auto (a GPU where there is one), cpu, cuda or cuda:N.")]
    public string Device { get; init; } = "auto";

    [Description("Threads of a CPU; none: as many as libtorch chooses. Another number may give another result in the last bits.")]
    public int? Threads { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        var missing = Teacher is null ? "teacher" : Corpus is null ? "corpus" : null;
        if (missing is not null)
        {
            throw new LabException($"The plan names no {missing}; give --{missing}, or \"{missing}\" in the configuration file.");
        }

        (string Name, int? Value, int Least)[] counts =
        [
            ("label_batch", LabelBatch, 1), ("label_beam_size", LabelBeamSize, 1), ("evaluate_every", EvaluateEvery, 1),
            ("save_every", SaveEvery, 1), ("early_stop", EarlyStop, 1), ("cache_memory", CacheMemory, 0), ("cache_disk", CacheDisk, 0),
            ("threads", Threads, 1),
        ];
        foreach (var (name, value, least) in counts)
        {
            if (value < least)
            {
                throw new LabException($"{name} is {value}; it must be {least} or more.");
            }
        }

        if (EarlyStop is not null && Validation is null)
        {
            throw new LabException("early_stop needs a validation corpus; give --validation.");
        }

        _ = (LayerSelection.Parse(DecoderInitialisation), LayerSelection.Parse(EncoderInitialisation));
    }

    /// <summary>How the labels are made, where they are missing.</summary>
    internal PseudoLabelSettings Labelling => new() { BeamSize = LabelBeamSize, Language = Language, Batch = LabelBatch };

    internal CacheBudget Budget => new((long)CacheMemory << 20, (long)CacheDisk << 20, CacheHalf);

    /// <summary>Makes the student; the same seed gives the same one.</summary>
    /// <param name="teacher">Left as it is.</param>
    /// <param name="mapping">Where its layers come from, for people.</param>
    internal WhisperModel CreateStudent(WhisperModel teacher, out string mapping)
    {
        var rule = LayerSelection.Parse(DecoderInitialisation);
        var decoder = rule.Choose(teacher.Config.DecoderLayers, DecoderLayers ?? (rule.Rule == LayerRule.Listed ? null : 2));
        var encoder = LayerSelection.Choose(EncoderInitialisation, teacher.Config.EncoderLayers, EncoderLayers);
        mapping = $"decoder {decoder}; encoder {(encoder.IsWhole ? "whole" : encoder)}";
        if (FreezeEncoder && !encoder.IsWhole)
        {
            throw new LabException($"An encoder of other layers than the teacher's ({encoder}) has to be trained; give --freeze-encoder false.");
        }

        torch.manual_seed(Seed);
        return Student.FromTeacher(
            teacher,
            decoder,
            encoder,
            (FreezeEncoder ? FrozenParts.Encoder : 0)
            | (FreezeEmbedding ? FrozenParts.TokenEmbedding | FrozenParts.Positions : 0));
    }
}
