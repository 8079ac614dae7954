using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab wer</c>: the word error rate of one file of transcripts against another.</summary>
internal static class WerCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static Command Create()
    {
        var reference = new Option<FileInfo>("--reference") { Description = "What was said, one utterance a line.", Required = true };
        var hypothesis = new Option<FileInfo>("--hypothesis") { Description = "What was recognised, in the same order.", Required = true };
        var normalize = new Option<string>("--normalize") { Description = "Normalise both sides first; without it words are compared as they are." };
        normalize.AcceptOnlyFromAmong("english", "basic");
        var kaldi = new Option<bool>("--kaldi") { Description = "Lines begin with an utterance id and are matched by it." };
        var json = new Option<bool>("--json") { Description = "Print one JSON document." };
        var command = new Command("wer", "Count the word errors of a file of transcripts.") { reference, hypothesis, normalize, kaldi, json };
        command.SetAction(parsed =>
        {
            var utterances = TranscriptPair.Read(
                parsed.GetRequiredValue(reference).FullName, parsed.GetRequiredValue(hypothesis).FullName, parsed.GetValue(kaldi));
            Func<string, string> normalizer = parsed.GetValue(normalize) switch
            {
                "english" => new EnglishNormalizer().Normalize,
                "basic" => new BasicNormalizer().Normalize,
                _ => text => text,
            };
            Print(parsed.InvocationConfiguration.Output, parsed.GetValue(json), utterances.ConvertAll(pair =>
                (pair.Id, WordErrors.Align(normalizer(pair.Reference), normalizer(pair.Hypothesis)))));
            return 0;
        });
        return command;
    }

    private static void Print(TextWriter output, bool json, List<(string? Id, WordAlignment Alignment)> utterances)
    {
        var sum = WordErrors.Sum(utterances.Select(utterance => utterance.Alignment));
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    sum.Errors,
                    Words = sum.ReferenceWords,
                    sum.Substitutions,
                    sum.Deletions,
                    sum.Insertions,
                    Wer = Finite(sum.Rate),
                    Utterances = utterances.Select(utterance => new
                    {
                        utterance.Id,
                        utterance.Alignment.Errors,
                        Words = utterance.Alignment.ReferenceWords,
                        utterance.Alignment.Substitutions,
                        utterance.Alignment.Deletions,
                        utterance.Alignment.Insertions,
                        Wer = Finite(utterance.Alignment.Rate),
                    }),
                },
                Json));
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"WER {(Finite(sum.Rate) is { } rate ? $"{rate:0.00} %" : "undefined (no reference words)")}: {sum.Errors} errors in " +
            $"{sum.ReferenceWords} words ({sum.Substitutions} substitutions, {sum.Deletions} deletions, " +
            $"{sum.Insertions} insertions), {utterances.Count} utterances"));
    }

    // JSON has no infinity: words inserted where the reference has none.
    private static double? Finite(double rate) => double.IsFinite(rate) ? rate : null;
}
