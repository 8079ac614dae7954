using System.CommandLine;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab corpus build</c>: the lab world's speech, from its specification.</summary>
internal static class CorpusCommand
{
    public static Command Create()
    {
        var specification = new Option<string>("--spec")
        {
            Description = "The specification.",
            DefaultValueFactory = _ => Path.Combine(LabPaths.Data, "corpus.json"),
        };
        var output = new Option<string?>("--out")
        {
            Description = "Folder for manifests and recordings; by default data/corpus for shipped splits, artifacts/corpus for the others.",
        };
        var splits = new Option<string[]>("--splits")
        {
            Description = "Which splits; all by default.",
            AllowMultipleArgumentsPerToken = true,
        };
        var build = new Command("build", "Synthesise the corpus; run again to go on after a stop.") { specification, output, splits };
        build.SetAction((parsed, stop) =>
        {
            var loaded = CorpusSpecification.Load(parsed.GetRequiredValue(specification));
            var builder = new CorpusBuilder(loaded);
            var names = parsed.GetValue(splits) is { Length: > 0 } chosen ? chosen : [.. loaded.Splits.Keys];
            foreach (var split in names)
            {
                var shipped = loaded.Splits.TryGetValue(split, out var settings) && settings.Shipped;
                var folder = parsed.GetValue(output) ?? Path.Combine(shipped ? LabPaths.Data : LabPaths.Artifacts, "corpus");
                var clock = System.Diagnostics.Stopwatch.StartNew();
                builder.Build(split, folder, (done, all) => Console.Error.WriteLine(
                    $"{split}: {done} of {all} utterances, {done / clock.Elapsed.TotalSeconds:0} a second"), stop);
            }

            return Task.FromResult(0);
        });
        return new Command("corpus", "The lab world's speech.") { build };
    }
}
