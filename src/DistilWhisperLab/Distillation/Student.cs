using DistilWhisperLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>Makes a student from its teacher (paper §4.1): the whole encoder, and a decoder of some of its layers.</summary>
public static class Student
{
    private const string DecoderLayerPrefix = "model.decoder.layers.";

    /// <summary>
    /// A copy of the teacher with fewer decoder layers; embeddings, positions and norms are copied whole. The encoder
    /// is frozen: it gets no gradient.
    /// </summary>
    /// <param name="teacher">Left as it is.</param>
    /// <param name="decoderLayers">The teacher's layer for each of the student's, for example 0 and 31.</param>
    public static WhisperModel FromTeacher(WhisperModel teacher, IReadOnlyList<int> decoderLayers) =>
        Create(teacher, decoderLayers.Count, name => TeacherName(name, decoderLayers));

    /// <summary>
    /// The same student with a randomly initialised decoder, embeddings included, over the teacher's encoder: what
    /// the paper's initialisation is compared with. Seed libtorch before for a reproducible one.
    /// </summary>
    /// <param name="teacher">Left as it is.</param>
    /// <param name="decoderLayers">How many decoder layers.</param>
    public static WhisperModel WithRandomDecoder(WhisperModel teacher, int decoderLayers) =>
        Create(teacher, decoderLayers, name => name.StartsWith("model.encoder.", StringComparison.Ordinal) ? name : null);

    /// <summary>Creates the smaller model and copies each tensor from the teacher's of the name that is given for it.</summary>
    private static WhisperModel Create(WhisperModel teacher, int decoderLayers, Func<string, string?> source)
    {
        var student = new WhisperModel(teacher.Config with { DecoderLayers = decoderLayers });
        var tensors = teacher.NamedTensors();
        using var withoutGradient = no_grad();
        foreach (var (name, tensor) in student.NamedTensors())
        {
            if (source(name) is { } from)
            {
                tensor.copy_(tensors[from]);
            }
        }

        student.to(teacher.Device);
        foreach (var parameter in student.Encoder.parameters())
        {
            parameter.requires_grad_(false);
        }

        return student;
    }

    /// <summary>The teacher's name of a student's tensor: the same but for the number of a decoder layer.</summary>
    private static string TeacherName(string name, IReadOnlyList<int> layers)
    {
        if (!name.StartsWith(DecoderLayerPrefix, StringComparison.Ordinal))
        {
            return name;
        }

        var rest = name[DecoderLayerPrefix.Length..];
        var dot = rest.IndexOf('.');
        return $"{DecoderLayerPrefix}{layers[int.Parse(rest[..dot])]}{rest[dot..]}";
    }
}
