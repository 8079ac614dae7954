using System.CommandLine;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab tokenize</c>: each line of standard input as a JSON array of token ids.</summary>
internal static class TokenizeCommand
{
    public static Command Create()
    {
        var model = new Option<DirectoryInfo>("--model")
        {
            Description = "Directory with vocab.json and merges.txt, or tokenizer.json.",
            Required = true,
        };
        var command = new Command("tokenize", "Write the token ids of each line of standard input, without special tokens.") { model };
        command.SetAction(parsed =>
        {
            var tokenizer = WhisperTokenizer.Load(parsed.GetRequiredValue(model).FullName);
            return LineFilter.Run(line => $"[{string.Join(", ", tokenizer.Encode(line))}]");
        });
        return command;
    }
}
