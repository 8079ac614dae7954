using System.Globalization;

namespace DistilWhisperLab.Distillation;

/// <summary>How a student's layers are chosen among its teacher's.</summary>
public enum LayerRule
{
    /// <summary>As far apart as possible, the first and the last among them: the paper's (§4.1).</summary>
    Spaced,

    /// <summary>The first ones.</summary>
    First,

    /// <summary>The last ones.</summary>
    Last,

    /// <summary>Every so many layers, counted from the last: 12 → 4 gives 2, 5, 8, 11.</summary>
    Even,

    /// <summary>None: the layers start from random numbers.</summary>
    Random,

    /// <summary>Those that are listed.</summary>
    Listed,
}

/// <summary>Which of the teacher's layers a student starts from; the rule is the same for decoder and encoder.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Listed">The layers that <see cref="LayerRule.Listed"/> takes, from zero.</param>
public sealed record LayerSelection(LayerRule Rule, IReadOnlyList<int> Listed)
{
    /// <summary>What <see cref="Parse"/> reads, for people.</summary>
    public const string Syntax = "spaced, first, last, even, random, or the teacher's layers parted by commas";

    /// <summary>A rule that needs no list.</summary>
    public LayerSelection(LayerRule rule) : this(rule, [])
    {
    }

    /// <summary>Reads <c>spaced</c>, <c>first</c>, <c>last</c>, <c>even</c>, <c>random</c> or layers parted by commas, as in <c>0,3</c>.</summary>
    /// <exception cref="LabException">It is none of these.</exception>
    public static LayerSelection Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var numbers = parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1).ToList();
        if (numbers.Count > 0 && !numbers.Contains(-1))
        {
            return new LayerSelection(LayerRule.Listed, numbers);
        }

        // Letters alone: the parser of enumerations reads numbers and lists, too.
        return text.All(char.IsLetter) && Enum.TryParse<LayerRule>(text, ignoreCase: true, out var rule) && Enum.IsDefined(rule) && rule != LayerRule.Listed
            ? new LayerSelection(rule)
            : throw new LabException($"\"{text}\" names no layers; use {Syntax}, such as 0,3.");
    }

    /// <summary>Reads a rule and applies it.</summary>
    /// <param name="text">As <see cref="Parse"/> takes it.</param>
    /// <param name="teacherLayers">Layers of the teacher.</param>
    /// <param name="studentLayers">Layers of the student; null for as many as are listed, or as the teacher has.</param>
    /// <exception cref="LabException">The text names no layers, the teacher has not these, or they are not as many as the student's.</exception>
    public static LayerMapping Choose(string text, int teacherLayers, int? studentLayers) =>
        Parse(text).Choose(teacherLayers, studentLayers);

    /// <summary>Applies the rule.</summary>
    /// <param name="teacherLayers">Layers of the teacher.</param>
    /// <param name="studentLayers">Layers of the student; null for as many as are listed, or as the teacher has.</param>
    /// <exception cref="LabException">The teacher has no such layers, or not so many.</exception>
    public LayerMapping Choose(int teacherLayers, int? studentLayers = null)
    {
        var count = studentLayers ?? (Rule == LayerRule.Listed ? Listed.Count : teacherLayers);
        if (count < 1 || count > teacherLayers)
        {
            throw new LabException($"A student of {count} layers cannot be made of a teacher's {teacherLayers}; choose 1 to {teacherLayers}.");
        }

        if (Rule == LayerRule.Listed && Listed.Count != count)
        {
            throw new LabException($"{Listed.Count} layers are listed ({this}) for a student of {count}; list as many as it has.");
        }

        if (Rule == LayerRule.Listed && Listed.FirstOrDefault(l => l >= teacherLayers, -1) is >= 0 and var missing)
        {
            throw new LabException($"The teacher has no layer {missing}; its {teacherLayers} are 0 to {teacherLayers - 1}.");
        }

        return new LayerMapping(teacherLayers, [.. Enumerable.Range(0, count).Select(i => Source(i, teacherLayers, count))]);
    }

    /// <summary>
    /// The paper's rule (§4.1, after Shleifer and Rush 2020): as far apart as possible, the first and the last always
    /// among them. As the authors' <c>create_student_model.py</c> counts: evenly spaced points from 0 to the last
    /// layer, cut to integers. 32 → 2 gives 0, 31; 32 → 4 gives 0, 10, 20, 31; 12 → 4 gives 0, 3, 7, 11.
    /// </summary>
    /// <param name="teacherLayers">Layers of the teacher.</param>
    /// <param name="studentLayers">Layers of the student, no more than the teacher's.</param>
    /// <returns>Ascending layer numbers from zero.</returns>
    /// <exception cref="LabException">The student is to have no layer, or more than the teacher.</exception>
    public static IReadOnlyList<int> MaximallySpaced(int teacherLayers, int studentLayers) =>
        [.. new LayerSelection(LayerRule.Spaced).Choose(teacherLayers, studentLayers).Layers.Select(l => l!.Value)];

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Rule == LayerRule.Listed ? string.Join(',', Listed) : $"{Rule}".ToLowerInvariant();

    private int? Source(int layer, int teacher, int student) => Rule switch
    {
        LayerRule.First => layer,
        LayerRule.Last => teacher - student + layer,
        LayerRule.Even => (layer + 1) * teacher / student - 1,
        LayerRule.Random => null,
        LayerRule.Listed => Listed[layer],
        // A single layer is the last one: the rule's "last forced to L−1" outweighs its "from 0".
        _ => layer == student - 1 ? teacher - 1 : (int)(layer * ((teacher - 1.0) / (student - 1))),
    };
}

/// <summary>Where each of a student's layers comes from.</summary>
/// <param name="TeacherLayers">Layers of the teacher.</param>
/// <param name="Layers">The teacher's layer for each of the student's, from zero; null for random numbers.</param>
public sealed record LayerMapping(int TeacherLayers, IReadOnlyList<int?> Layers)
{
    /// <summary>Every layer from the layer of the same number.</summary>
    public static LayerMapping Whole(int layers) => new(layers, [.. Enumerable.Range(0, layers).Select(l => (int?)l)]);

    /// <summary>Whether the student has the teacher's layers, all of them and in their order.</summary>
    public bool IsWhole => Layers.SequenceEqual(Whole(TeacherLayers).Layers);

    /// <summary>For people: <c>0 ← 0, 1 ← 31 of 32</c>.</summary>
    public override string ToString() =>
        string.Join(", ", Layers.Select((source, layer) => $"{layer} ← {(source is { } from ? $"{from}" : "random")}")) + $" of {TeacherLayers}";
}
