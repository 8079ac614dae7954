using System.Globalization;
using DistilWhisperLab.Runtime;
using Parquet;
using Parquet.Schema;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// One part of the labels: a Parquet file of plain columns, with its provenance among the file's metadata. Tokens are
/// numbers parted by blanks, since the Parquet library reads flat columns only without fault.
/// </summary>
internal static class PseudoLabelFile
{
    /// <summary>The metadata's key under which the provenance stands.</summary>
    private const string ProvenanceKey = "pseudo_labels";

    private static readonly DataField<string> Id = Text("id");
    private static readonly DataField<string> Truth = Text("text");
    private static readonly DataField<string> Transcript = Text("whisper_transcript"); // The authors' name for it.
    private static readonly DataField<string> Tokens = Text("tokens");
    private static readonly DataField<int> Errors = new("word_errors");
    private static readonly DataField<int> TruthWords = new("words");
    private static readonly DataField<double> Wer = new("wer");
    private static readonly DataField<double> LogProbability = new("average_log_probability");
    private static readonly DataField<double> NoSpeech = new("no_speech_probability");
    private static readonly ParquetSchema Schema = new(Id, Truth, Transcript, Tokens, Errors, TruthWords, Wer, LogProbability, NoSpeech);

    /// <summary>Writes a part, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<PseudoLabel> labels, string provenance)
    {
        using var memory = new MemoryStream();
        WriteAsync(memory, labels, provenance).GetAwaiter().GetResult();
        AtomicFile.Write(path, stream => stream.Write(memory.GetBuffer(), 0, (int)memory.Length));
    }

    /// <summary>Reads a part.</summary>
    /// <exception cref="LabException">The file is none, or belongs to other labels.</exception>
    public static IReadOnlyList<PseudoLabel> Read(string path, string provenance)
    {
        try
        {
            return ReadAsync(path, provenance).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not LabException and not OutOfMemoryException)
        {
            throw new LabException($"{path} cannot be read as pseudo-labels ({e.Message}); remove it and run lab pseudo-label again.", e);
        }
    }

    private static async Task WriteAsync(Stream stream, IReadOnlyList<PseudoLabel> labels, string provenance)
    {
        await using var writer = await ParquetWriter.CreateAsync(Schema, stream);
        writer.CustomMetadata = new Dictionary<string, string> { [ProvenanceKey] = provenance };
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(Id, [.. labels.Select(l => l.Id)]);
        await group.WriteAsync(Truth, [.. labels.Select(l => l.Truth)]);
        await group.WriteAsync(Transcript, [.. labels.Select(l => l.Text)]);
        await group.WriteAsync(Tokens, [.. labels.Select(l => string.Join(' ', l.Sequence))]);
        await group.WriteAsync<int>(Errors, labels.Select(l => l.Errors).ToArray());
        await group.WriteAsync<int>(TruthWords, labels.Select(l => l.TruthWords).ToArray());
        await group.WriteAsync<double>(Wer, labels.Select(l => l.Wer).ToArray());
        await group.WriteAsync<double>(LogProbability, labels.Select(l => l.AverageLogProbability).ToArray());
        await group.WriteAsync<double>(NoSpeech, labels.Select(l => l.NoSpeechProbability).ToArray());
    }

    private static async Task<IReadOnlyList<PseudoLabel>> ReadAsync(string path, string provenance)
    {
        await using var file = File.OpenRead(path);
        await using var reader = await ParquetReader.CreateAsync(file);
        if (reader.CustomMetadata.GetValueOrDefault(ProvenanceKey) != provenance)
        {
            throw new LabException($"{path} belongs to labels of another model, corpus or settings than the folder's; remove it and run lab pseudo-label again.");
        }

        using var group = reader.OpenRowGroupReader(0);
        var count = (int)group.RowCount;
        var (ids, truths, texts, tokens) = (await Strings(Id), await Strings(Truth), await Strings(Transcript), await Strings(Tokens));
        var (errors, words) = (await Numbers<int>(Errors), await Numbers<int>(TruthWords));
        var (logProbabilities, noSpeech) = (await Numbers<double>(LogProbability), await Numbers<double>(NoSpeech));
        return [.. Enumerable.Range(0, count).Select(i => new PseudoLabel(
            ids[i],
            truths[i],
            texts[i],
            [.. tokens[i].Split(' ').Select(t => int.Parse(t, CultureInfo.InvariantCulture))],
            errors[i],
            words[i],
            logProbabilities[i],
            noSpeech[i]))];

        async Task<string[]> Strings(DataField field)
        {
            var values = new string[count];
            await group.ReadAsync(field, values);
            return values;
        }

        async Task<T[]> Numbers<T>(DataField field) where T : struct
        {
            var values = new T[count];
            await group.ReadAsync<T>(field, values.AsMemory());
            return values;
        }
    }

    private static DataField<string> Text(string name) => new(name, nullable: false);
}
