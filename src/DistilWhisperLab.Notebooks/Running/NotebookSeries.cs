using System.Text.RegularExpressions;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>The notebooks of a folder, in the order of their two-digit numbers.</summary>
public static partial class NotebookSeries
{
    /// <summary>The paths of the notebooks called <c>NN-name.ipynb</c>, in order.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        var found = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.ipynb").Where(path => Numbered().IsMatch(Path.GetFileName(path)))
                .Order(StringComparer.Ordinal).ToList()
            : [];
        return found.Count > 0
            ? found
            : throw new LabException($"{folder} holds no notebook called NN-name.ipynb; it is the series' folder in a clone of the repository.");
    }

    /// <summary>The notebooks asked for: by number (<c>03</c>), by name, or by path; all when none is asked for.</summary>
    /// <exception cref="UsageException">There is no such notebook.</exception>
    public static IReadOnlyList<string> Select(IReadOnlyList<string> series, IReadOnlyList<string> asked) =>
        asked.Count == 0
            ? series
            : [.. asked.SelectMany(name =>
            {
                var wanted = Path.GetFileNameWithoutExtension(name);
                var chosen = series.Where(path =>
                {
                    var known = Path.GetFileNameWithoutExtension(path);
                    return known == wanted || known.Split('-')[0] == wanted;
                }).ToList();
                return chosen.Count > 0
                    ? chosen
                    : throw new UsageException(
                        $"There is no notebook {name}; there are {string.Join(", ", series.Select(Path.GetFileNameWithoutExtension))}.");
            }).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^\d\d-.+\.ipynb$")]
    private static partial Regex Numbered();
}
