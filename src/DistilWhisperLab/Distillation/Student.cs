using System.Text.Json;
using System.Text.RegularExpressions;
using DistilWhisperLab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>Parts of a student that training leaves as they are.</summary>
[Flags]
public enum FrozenParts
{
    /// <summary>None: everything is trained.</summary>
    None = 0,

    /// <summary>The encoder, as in the paper (§3).</summary>
    Encoder = 1,

    /// <summary>The decoder's token embedding, which is also the output projection.</summary>
    TokenEmbedding = 2,

    /// <summary>The decoder's position embedding.</summary>
    Positions = 4,
}

/// <summary>Makes a student from its teacher (paper §4.1): some of its layers, everything else whole.</summary>
public static partial class Student
{
    /// <summary>
    /// A copy of the teacher with fewer layers; convolutions, embeddings, positions and final norms are copied whole.
    /// Layers that come from none of the teacher's are initialised at random: seed libtorch before for reproducible ones.
    /// </summary>
    /// <param name="teacher">Left as it is.</param>
    /// <param name="decoder">Where the decoder's layers come from.</param>
    /// <param name="encoder">Where the encoder's come from; null for the whole encoder.</param>
    /// <param name="frozen">What gets no gradient.</param>
    /// <exception cref="LabException">A mapping is that of another teacher.</exception>
    public static WhisperModel FromTeacher(
        WhisperModel teacher, LayerMapping decoder, LayerMapping? encoder = null, FrozenParts frozen = FrozenParts.Encoder)
    {
        var config = teacher.Config;
        encoder ??= LayerMapping.Whole(config.EncoderLayers);
        if (decoder.TeacherLayers != config.DecoderLayers || encoder.TeacherLayers != config.EncoderLayers)
        {
            throw new LabException($"The layers were chosen among {encoder.TeacherLayers} of an encoder and {decoder.TeacherLayers} of a decoder; this teacher has {config.EncoderLayers} and {config.DecoderLayers}.");
        }

        var student = Create(
            teacher,
            config with
            {
                EncoderLayers = encoder.Layers.Count,
                DecoderLayers = decoder.Layers.Count,
                Other = OtherKeys(config.Other, encoder.Layers.Count, decoder.IsWhole),
            },
            name => TeacherName(name, encoder, decoder));
        Freeze(student, frozen);
        return student;
    }

    /// <summary>A student with the teacher's whole, frozen encoder and some of its decoder's layers.</summary>
    /// <param name="teacher">Left as it is.</param>
    /// <param name="decoderLayers">The teacher's layer for each of the student's, for example 0 and 31.</param>
    public static WhisperModel FromTeacher(WhisperModel teacher, IReadOnlyList<int> decoderLayers) =>
        FromTeacher(teacher, new LayerSelection(LayerRule.Listed, decoderLayers).Choose(teacher.Config.DecoderLayers));

    /// <summary>
    /// A student with a randomly initialised decoder, embeddings included, over the teacher's frozen encoder: what
    /// the paper's initialisation is compared with. Seed libtorch before for a reproducible one.
    /// </summary>
    /// <param name="teacher">Left as it is.</param>
    /// <param name="decoderLayers">How many decoder layers.</param>
    public static WhisperModel WithRandomDecoder(WhisperModel teacher, int decoderLayers)
    {
        var student = Create(
            teacher,
            teacher.Config with { DecoderLayers = decoderLayers },
            name => name.StartsWith("model.encoder.", StringComparison.Ordinal) ? name : null);
        Freeze(student, FrozenParts.Encoder);
        return student;
    }

    /// <summary>Says which parts get no gradient; all others do, but for the encoder's sines.</summary>
    public static void Freeze(WhisperModel student, FrozenParts frozen)
    {
        foreach (var (name, parameter) in student.named_parameters())
        {
            var part = name switch
            {
                "encoder.embed_positions.weight" => FrozenParts.None,
                "decoder.embed_tokens.weight" => FrozenParts.TokenEmbedding,
                "decoder.embed_positions.weight" => FrozenParts.Positions,
                _ when name.StartsWith("encoder.", StringComparison.Ordinal) => FrozenParts.Encoder,
                _ => FrozenParts.None,
            };
            parameter.requires_grad_(name != "encoder.embed_positions.weight" && !(part != FrozenParts.None && frozen.HasFlag(part)));
        }
    }

    /// <summary>What else the configuration says of layers.</summary>
    private static Dictionary<string, JsonElement> OtherKeys(Dictionary<string, JsonElement> other, int encoderLayers, bool wholeDecoder)
    {
        var copy = new Dictionary<string, JsonElement>(other);
        // Transformers writes the encoder's layers a second time, under this name.
        if (copy.ContainsKey("num_hidden_layers"))
        {
            copy["num_hidden_layers"] = JsonSerializer.SerializeToElement(encoderLayers);
        }

        // The heads are those of the teacher's layers.
        if (!wholeDecoder)
        {
            copy.Remove("alignment_heads");
        }

        return copy;
    }

    /// <summary>Creates the smaller model and copies each tensor from the teacher's of the name that is given for it.</summary>
    private static WhisperModel Create(WhisperModel teacher, WhisperConfig config, Func<string, string?> source)
    {
        var student = new WhisperModel(config);
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
        return student;
    }

    /// <summary>The teacher's name of a student's tensor: the same but for the number of a layer; null for a random one.</summary>
    private static string? TeacherName(string name, LayerMapping encoder, LayerMapping decoder)
    {
        var match = LayerName().Match(name);
        if (!match.Success)
        {
            return name;
        }

        var mapping = match.Groups[1].Value == "encoder" ? encoder : decoder;
        return mapping.Layers[int.Parse(match.Groups[2].Value)] is { } layer
            ? $"model.{match.Groups[1].Value}.layers.{layer}.{match.Groups[3].Value}"
            : null;
    }

    [GeneratedRegex(@"^model\.(encoder|decoder)\.layers\.(\d+)\.(.+)$")]
    private static partial Regex LayerName();
}
