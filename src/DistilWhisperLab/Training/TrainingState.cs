using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// A run that can go on: weights and optimiser in one file, written whole or not at all. The order of the data and
/// all randomness follow from the seed and the update's number, so nothing else is needed.
/// </summary>
public sealed class TrainingState
{
    private const string UpdateKey = "update";
    private const string SettingsKey = "settings";

    private readonly string _path;
    private readonly string _settings;
    private readonly IReadOnlyDictionary<string, Tensor> _weights;
    private readonly AdamW _optimiser;

    /// <summary>Names what belongs to the run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">All that decides the run's result, as text; another text is another run.</param>
    /// <param name="weights">Every trained tensor by name.</param>
    /// <param name="optimiser">Its optimiser.</param>
    public TrainingState(string path, string settings, IReadOnlyDictionary<string, Tensor> weights, AdamW optimiser)
    {
        (_path, _settings, _weights, _optimiser) = (path, settings, weights, optimiser);
    }

    /// <summary>Writes the state after <see cref="AdamW.Updates"/> updates.</summary>
    public void Save() =>
        SafetensorsFile.Write(_path, Tensors(), new Dictionary<string, string>
        {
            [UpdateKey] = _optimiser.Updates.ToString(),
            [SettingsKey] = _settings,
        });

    /// <summary>Goes on where the file says, if there is one.</summary>
    /// <returns>The updates already made; zero without a file.</returns>
    /// <exception cref="LabException">The file belongs to a run with other settings.</exception>
    public int Resume()
    {
        if (!File.Exists(_path))
        {
            return 0;
        }

        using var file = SafetensorsFile.Open(_path);
        if (file.Metadata.GetValueOrDefault(SettingsKey) != _settings)
        {
            throw new LabException($"{_path} belongs to a run with other settings; remove it to start anew, or give another output folder.");
        }

        foreach (var (name, tensor) in Tensors())
        {
            file.ReadInto(name, tensor);
        }

        _optimiser.Resume(int.Parse(file.Metadata[UpdateKey]));
        return _optimiser.Updates;
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Tensors() =>
        _weights.Concat(_optimiser.State().Select(s => KeyValuePair.Create("optimiser." + s.Key, s.Value)));
}
