using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>
/// Finds voices that differ in name alone: espeak-ng 1.51, for example, leaves out every variant after <c>en-gb</c>. A
/// voice held out by its name must be another one to the ear.
/// </summary>
internal static class VoiceComparison
{
    private const string Text = "Seven large ships";
    private const double WordsPerMinute = 170;
    private const double Pitch = 50;

    /// <summary>The groups of names that are spoken with the very same samples, each of two or more.</summary>
    /// <param name="voices">Names as in a specification, program:voice.</param>
    /// <param name="stop">Ends the comparison.</param>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> AlikeAsync(IEnumerable<string> voices, CancellationToken stop)
    {
        var heard = new List<(string Name, string Samples)>();
        foreach (var name in voices.Distinct().Order(StringComparer.Ordinal))
        {
            var clip = await Voice.SpeakAsync(name, Text, WordsPerMinute, Pitch, stop);
            heard.Add((name, Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>(clip.Samples)))));
        }

        return [.. heard.GroupBy(v => v.Samples, v => v.Name).Select(group => group.ToList()).Where(group => group.Count > 1)];
    }
}
