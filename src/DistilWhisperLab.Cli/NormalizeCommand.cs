using System.CommandLine;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab normalize</c>: each line of standard input as Whisper's evaluation compares it.</summary>
internal static class NormalizeCommand
{
    public static Command Create()
    {
        var basic = new Option<bool>("--basic") { Description = "Use the normaliser for languages other than English; diacritics stay." };
        var spelling = new Option<FileInfo>("--spelling") { Description = "British spellings: a checkpoint's normalizer.json (default: a short built-in list)." };
        var command = new Command("normalize", "Normalise each line of standard input as Whisper's evaluation does.") { basic, spelling };
        command.Validators.Add(result =>
        {
            if (result.GetValue(basic) && result.GetValue(spelling) is not null)
            {
                result.AddError("--spelling belongs to the English normaliser and cannot be used with --basic.");
            }
        });
        command.SetAction(parsed => LineFilter.Run(parsed.GetValue(basic)
            ? new BasicNormalizer().Normalize
            : English(parsed.GetValue(spelling)).Normalize));
        return command;
    }

    private static EnglishNormalizer English(FileInfo? spelling) =>
        spelling is null ? new EnglishNormalizer() : EnglishNormalizer.Load(spelling.FullName);
}
