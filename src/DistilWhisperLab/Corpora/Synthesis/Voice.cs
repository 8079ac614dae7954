using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>A voice, named program:voice, and the three programs that speak.</summary>
internal static class Voice
{
    private static readonly Dictionary<string, (string Executable, Speak Speak)> Known = new()
    {
        ["espeak-ng"] = (Espeak.Program, Espeak.SpeakAsync),
        ["flite"] = (Flite.Program, Flite.SpeakAsync),
        ["festival"] = (Festival.Program, Festival.SpeakAsync),
    };

    private delegate Task<AudioClip> Speak(string text, string voice, double wordsPerMinute, double pitch, CancellationToken stop);

    /// <summary>The names that a voice may start with.</summary>
    public static IEnumerable<string> Programs => Known.Keys;

    /// <summary>Whether a name has the form program:voice with a program that there is.</summary>
    public static bool IsKnown(string name) => Parts(name) is [var program, { Length: > 0 }] && Known.ContainsKey(program);

    /// <summary>The file that must be on the PATH for a voice.</summary>
    public static string ExecutableOf(string name) => Known[Parts(name)[0]].Executable;

    /// <summary>The part of a name after its program.</summary>
    public static string OwnName(string name) => Parts(name)[1];

    /// <summary>Speaks a text, at 16 kHz.</summary>
    /// <param name="name">The voice.</param>
    /// <param name="text">What to say.</param>
    /// <param name="wordsPerMinute">How fast.</param>
    /// <param name="pitch">How high, 0 to 99; 50 is the voice's own.</param>
    /// <param name="stop">Ends the program.</param>
    /// <exception cref="LabException">The program is missing or does not know the voice.</exception>
    public static Task<AudioClip> SpeakAsync(string name, string text, double wordsPerMinute, double pitch, CancellationToken stop)
    {
        var parts = Parts(name);
        return Known[parts[0]].Speak(text, parts[1], wordsPerMinute, pitch, stop);
    }

    private static string[] Parts(string name) => name.Split(':', 2);
}
