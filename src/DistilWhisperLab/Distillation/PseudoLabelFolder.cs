using System.Text.Json;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// A corpus's pseudo-labels on disk: parts of equally many utterances in the corpus's order, each written whole once it
/// is done. So a run killed at any moment goes on with the first missing part, and several runs, each with its shard,
/// fill one folder.
/// </summary>
public sealed class PseudoLabelFolder
{
    private const string ProvenanceFile = "labels.json";

    /// <summary>The file that holds the summary of finished labels.</summary>
    public const string SummaryFile = "summary.json";

    // What a kill loses at the most.
    private const int DefaultPartSize = 128;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private readonly string _directory;
    private readonly int _batch;

    private PseudoLabelFolder(string directory, LabelProvenance provenance, int batch) =>
        (_directory, Provenance, _batch) = (directory, provenance, batch);

    /// <summary>What the labels are of, and how they were made.</summary>
    public LabelProvenance Provenance { get; }

    /// <summary>Parts in all.</summary>
    public int Parts => (Provenance.Utterances + Provenance.PartSize - 1) / Provenance.PartSize;

    /// <summary>Whether every part is there.</summary>
    public bool IsComplete => Enumerable.Range(0, Parts).All(part => File.Exists(PartPath(part)));

    /// <summary>Whether a directory holds labels, complete or not.</summary>
    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, ProvenanceFile));

    /// <summary>Opens labels, complete or not.</summary>
    /// <exception cref="LabException">The directory holds none.</exception>
    public static PseudoLabelFolder Open(string directory)
    {
        var path = Path.Combine(directory, ProvenanceFile);
        if (!File.Exists(path))
        {
            throw new LabException($"{directory} holds no pseudo-labels (no {ProvenanceFile}); make them with lab pseudo-label.");
        }

        try
        {
            var provenance = JsonSerializer.Deserialize<LabelProvenance>(File.ReadAllText(path), Json);
            return provenance is { PartSize: > 0 }
                ? new PseudoLabelFolder(directory, provenance, provenance.Settings.Batch)
                : throw new JsonException("no provenance");
        }
        catch (JsonException e)
        {
            throw new LabException($"{path} does not describe pseudo-labels: {e.Message}", e);
        }
    }

    /// <summary>Opens the labels of a teacher and a corpus, or begins them.</summary>
    /// <param name="directory">The folder; created where it does not exist.</param>
    /// <param name="model">The teacher's directory.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="manifest">The corpus's manifest.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="settings">How; null for the defaults.</param>
    /// <param name="partSize">Utterances in a part; null for 128.</param>
    /// <exception cref="LabException">The folder holds labels of another teacher, corpus or settings.</exception>
    public static PseudoLabelFolder OpenOrBegin(
        string directory,
        string model,
        Transcriber teacher,
        string manifest,
        Corpus corpus,
        PseudoLabelSettings? settings = null,
        int? partSize = null)
    {
        var wanted = new LabelProvenance(
            LabPaths.Portable(model), ContentHash.Model(model), LabPaths.Portable(manifest), ContentHash.Data(corpus), corpus.Utterances.Count,
            partSize ?? DefaultPartSize, teacher.Model.Config.VocabularySize, settings ?? new());
        if (!Exists(directory))
        {
            AtomicFile.WriteText(Path.Combine(directory, ProvenanceFile), JsonSerializer.Serialize(wanted, Json) + "\n");
        }

        var folder = Open(directory);
        var found = folder.Provenance;
        var differing = found.ModelHash != wanted.ModelHash ? $"the model {found.Model}"
            : found.CorpusHash != wanted.CorpusHash ? $"another corpus ({found.Corpus}, with other rows or other audio)"
            : found.Settings with { Batch = 0 } != wanted.Settings with { Batch = 0 } ? "other settings"
            : null;
        // How many are decoded together changes no label, so a run may go on with fewer where memory was short.
        return differing is null
            ? new PseudoLabelFolder(directory, found, wanted.Settings.Batch)
            : throw new LabException($"{directory} holds pseudo-labels made with {differing}; give another folder, or remove it to label anew.");
    }

    /// <summary>Makes the missing parts of a shard.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="corpus">The corpus that the folder was opened for.</param>
    /// <param name="shard">Which parts; null for all.</param>
    /// <param name="progress">Told of the utterances done; null for none.</param>
    /// <param name="stop">Stops between two batches; the same call goes on afterwards.</param>
    /// <exception cref="LabException">Another run has the folder or the shard, or an utterance does not fit the window.</exception>
    public void Fill(
        Transcriber teacher,
        Corpus corpus,
        Shard? shard = null,
        IProgress<Progress>? progress = null,
        CancellationToken stop = default)
    {
        shard ??= Shard.Whole;
        using var folderLock = shard.Count == 1 ? FolderLock.Take(_directory) : FolderLock.Share(_directory);
        using var shardLock = FolderLock.Take(_directory, $"shard-{shard.Index}-of-{shard.Count}");
        var labeller = new PseudoLabeller(teacher, Provenance.Settings);
        labeller.Check(corpus);
        var parts = Enumerable.Range(0, Parts).Where(shard.Has).ToList();
        var made = false;
        var (done, total) = (0, parts.Sum(part => Range(part).Count));
        foreach (var part in parts)
        {
            var (from, count) = Range(part);
            if (!File.Exists(PartPath(part)))
            {
                AtomicFile.RemoveRemains(_directory, Path.GetFileName(PartPath(part)));
                var labels = new List<PseudoLabel>(count);
                foreach (var batch in corpus.Utterances.Skip(from).Take(count).Chunk(_batch))
                {
                    if (stop.IsCancellationRequested)
                    {
                        throw new OperationCanceledException($"The finished parts of the labels are kept in {_directory}; run the same command to go on.", stop);
                    }

                    labels.AddRange(labeller.LabelBatch(corpus, batch));
                    progress?.Report(new Progress("Labelling", done + labels.Count, total));
                }

                PseudoLabelFile.Write(PartPath(part), labels, PartProvenance);
                made = true;
            }

            done += count;
        }

        // A run that found nothing to do leaves the summary as it is.
        if (IsComplete && (made || !File.Exists(Path.Combine(_directory, SummaryFile))))
        {
            AtomicFile.WriteText(
                Path.Combine(_directory, SummaryFile), JsonSerializer.Serialize(PseudoLabelSummary.Of(Read()), Json) + "\n");
        }
    }

    /// <summary>Every label, in the corpus's order.</summary>
    /// <exception cref="LabException">A part is missing, damaged, or belongs to other labels.</exception>
    public IReadOnlyList<PseudoLabel> Read()
    {
        var labels = new List<PseudoLabel>(Provenance.Utterances);
        for (var part = 0; part < Parts; part++)
        {
            if (!File.Exists(PartPath(part)))
            {
                throw new LabException($"The labels in {_directory} are not finished (no {Path.GetFileName(PartPath(part))} of {Parts} parts); run lab pseudo-label again to go on.");
            }

            var read = PseudoLabelFile.Read(PartPath(part), PartProvenance);
            labels.AddRange(read.Count == Range(part).Count
                ? read
                : throw new LabException($"{PartPath(part)} holds {read.Count} labels, {Range(part).Count} were expected; remove it and run lab pseudo-label again."));
        }

        return labels;
    }

    private string PartProvenance => JsonSerializer.Serialize(Provenance, Json);

    private string PartPath(int part) => Path.Combine(_directory, $"part-{part:00000}.parquet");

    private (int From, int Count) Range(int part)
    {
        var from = part * Provenance.PartSize;
        return (from, Math.Min(Provenance.PartSize, Provenance.Utterances - from));
    }
}
