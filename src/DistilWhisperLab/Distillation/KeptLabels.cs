using System.Security.Cryptography;
using System.Text;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// Pseudo-labels that are made once: those that the lab ships, else those of an earlier call, else new ones, which are
/// kept for the next. They are found by teacher and corpus, so a changed one has labels of its own.
/// </summary>
public static class KeptLabels
{
    private const int NameLength = 16;

    /// <summary>The labels of a corpus, one for each utterance in its order.</summary>
    /// <param name="model">The teacher's directory.</param>
    /// <param name="teacher">The teacher, loaded from it.</param>
    /// <param name="corpus">The corpus, no utterance longer than the teacher's window.</param>
    /// <param name="progress">Told of the utterances labelled; null for none.</param>
    /// <param name="stop">Stops the labelling; the next call goes on.</param>
    /// <exception cref="LabException">An utterance is longer than the window, or another run is labelling.</exception>
    public static IReadOnlyList<PseudoLabel> Of(
        string model, Transcriber teacher, Corpus corpus, IProgress<Progress>? progress = null, CancellationToken stop = default)
    {
        var identity = $"{ContentHash.Model(model)} {ContentHash.Data(corpus)}";
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..NameLength];
        var shipped = Path.Combine(LabPaths.Data, "labels", name);
        if (PseudoLabelFolder.Exists(shipped))
        {
            return PseudoLabelFolder.Open(shipped).Read();
        }

        var own = PseudoLabelFolder.OpenOrBegin(
            Path.Combine(LabPaths.Artifacts, "labels", name), model, teacher, corpus.Location, corpus);
        own.Fill(teacher, corpus, progress: progress, stop: stop);
        return own.Read();
    }
}
