using System.CommandLine;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Notebooks;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab corpus export</c>: any corpus as Parquet shards for Hugging Face datasets.</summary>
internal static class CorpusExportCommand
{
    public static Command Create()
    {
        var corpus = new Option<string>("--corpus")
        {
            Description = $"The corpus: {CorpusText.Formats}.",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "Folder for the shards and their card.", Required = true };
        var rows = new Option<int>("--rows-per-shard")
        {
            Description = "The most utterances of a shard.",
            DefaultValueFactory = _ => ParquetExport.DefaultRowsPerShard,
        };
        rows.MustBePositive();
        var export = new Command("export", "Write a corpus as Parquet shards with its audio; run again to go on after a stop.")
        {
            corpus, output, rows,
        };
        export.SetStoppableAction((parsed, stop) =>
        {
            using var progress = new LabProgress();
            var opened = Corpus.Open(parsed.GetRequiredValue(corpus), progress, stop);
            new ParquetExport(opened, parsed.GetRequiredValue(output), parsed.GetValue(rows)).Write(progress, stop);
            return 0;
        });
        return export;
    }
}
