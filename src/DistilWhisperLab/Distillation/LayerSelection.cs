namespace DistilWhisperLab.Distillation;

/// <summary>Which of the teacher's layers a student starts from.</summary>
public static class LayerSelection
{
    /// <summary>
    /// The paper's rule (§4.1, after Shleifer and Rush 2020): as far apart as possible, the first and the last always
    /// among them. As the authors' <c>create_student_model.py</c> counts: evenly spaced points from 0 to the last layer, cut
    /// to integers. 32 → 2 gives 0, 31; 32 → 4 gives 0, 10, 20, 31; 12 → 4 gives 0, 3, 7, 11.
    /// </summary>
    /// <param name="teacherLayers">Layers of the teacher.</param>
    /// <param name="studentLayers">Layers of the student, no more than the teacher's.</param>
    /// <returns>Ascending layer numbers from zero.</returns>
    /// <exception cref="LabException">The student is to have no layer, or more than the teacher.</exception>
    public static IReadOnlyList<int> MaximallySpaced(int teacherLayers, int studentLayers)
    {
        if (studentLayers < 1 || studentLayers > teacherLayers)
        {
            throw new LabException($"A student of {studentLayers} layers cannot be made of a teacher's {teacherLayers}; choose 1 to {teacherLayers}.");
        }

        // A single layer is the last one: the rule's "last forced to L−1" outweighs its "from 0".
        var step = studentLayers == 1 ? 0 : (teacherLayers - 1.0) / (studentLayers - 1);
        var layers = Enumerable.Range(0, studentLayers).Select(i => (int)(i * step)).ToArray();
        layers[^1] = teacherLayers - 1;
        return layers;
    }
}
