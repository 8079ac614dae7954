using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>Model directories in the Hugging Face layout out of a teacher's training, finished or not.</summary>
public static class TeacherExport
{
    /// <summary>The state's file name in a run's folder.</summary>
    public const string StateFile = "state.safetensors";

    /// <summary>Writes all that a model directory holds but the weights.</summary>
    public static void WriteCompanions(string directory, WhisperConfig config, WhisperTokenizer tokenizer)
    {
        Directory.CreateDirectory(directory);
        tokenizer.Save(directory);
        CompanionFiles.Write(directory, config, tokenizer);
        config.Save(Path.Combine(directory, "config.json"));
    }

    /// <summary>Makes sure that a state in the folder was trained with this tokenizer, which follows from the corpus's texts.</summary>
    /// <exception cref="LabException">It was trained with another.</exception>
    public static void RequireTokenizer(string directory, WhisperTokenizer tokenizer)
    {
        if (!File.Exists(Path.Combine(directory, StateFile)))
        {
            return;
        }

        var scratch = Directory.CreateTempSubdirectory("lab-tokenizer-").FullName;
        try
        {
            tokenizer.Save(scratch);
            foreach (var file in (string[])["vocab.json", "merges.txt"])
            {
                var known = Path.Combine(directory, file);
                if (!File.Exists(known) || File.ReadAllText(known) != File.ReadAllText(Path.Combine(scratch, file)))
                {
                    throw new LabException($"The state in {directory} was trained with another tokenizer (its {file} differs), so with other texts; give another output folder, or the corpus that it was begun with.");
                }
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Keeps the log of the stage before beside the model's own, as <c>training-log-1.jsonl</c>, that of the one before it as -2, and so on.</summary>
    /// <param name="from">The model that the stage started from; null for none.</param>
    /// <param name="directory">The new model's directory.</param>
    public static void KeepLogOf(string? from, string directory)
    {
        for (var (stage, source) = (1, TrainingLog.FileName); from is not null && File.Exists(Path.Combine(from, source)); stage++)
        {
            var kept = $"training-log-{stage}.jsonl";
            File.Copy(Path.Combine(from, source), Path.Combine(directory, kept), overwrite: true);
            source = kept;
        }
    }

    /// <summary>Writes a model as float16, as published checkpoints are.</summary>
    public static void Write(string directory, WhisperModel model, WhisperTokenizer tokenizer)
    {
        WriteCompanions(directory, model.Config, tokenizer);
        Checkpoint.Save(model, directory, ScalarType.Float16);
    }

    /// <summary>Makes a model directory of a training's last saved state.</summary>
    /// <param name="run">The training's folder; beside the state lie the files that it wrote at its start.</param>
    /// <param name="directory">Receives the model.</param>
    /// <returns>The updates that the model has made.</returns>
    /// <exception cref="LabException">The state, or a file beside it, is missing or damaged.</exception>
    public static int FromRun(string run, string directory)
    {
        var path = Path.Combine(run, StateFile);
        if (!File.Exists(path))
        {
            throw new LabException($"{run} holds no {StateFile}; give the folder of a training, the --out of lab teacher train.");
        }

        using var state = SafetensorsFile.Open(path);
        if (!state.Metadata.TryGetValue("update", out var text) || !int.TryParse(text, out var update) || !File.Exists(Path.Combine(run, "config.json")))
        {
            throw new CheckpointException($"{path} is no state of a teacher's training; give the folder of one, the --out of lab teacher train.");
        }

        var tokenizer = WhisperTokenizer.Load(run);
        using var model = new WhisperModel(WhisperConfig.Load(Path.Combine(run, "config.json")));
        using (no_grad())
        {
            foreach (var (name, tensor) in model.NamedTensors())
            {
                state.ReadInto(name, tensor);
            }
        }

        Write(directory, model, tokenizer);
        return update;
    }
}
