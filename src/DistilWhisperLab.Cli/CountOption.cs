using System.CommandLine;

namespace DistilWhisperLab.Cli;

/// <summary>Options that count something.</summary>
internal static class CountOption
{
    /// <summary>Refuses as wrong usage what is no whole number above 0; an option that is not given passes.</summary>
    public static void MustBePositive(this Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out var count) && count > 0))
        {
            result.AddError($"{option.Name} must be a number above 0, not \"{result.Tokens[0].Value}\".");
        }
    });
}
