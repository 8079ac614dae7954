using System.Globalization;
using System.Text.Json;
using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// A run that can go on: weights, optimiser and notes in one file, written whole or not at all. The order of the data
/// and all randomness follow from the seed and the update's number, so nothing else is needed.
/// </summary>
public sealed class TrainingState
{
    private const string UpdateKey = "update";
    private const string SettingsKey = "settings";
    private const string NotesKey = "notes";

    private readonly string _path;
    private readonly string _settings;
    private readonly IReadOnlyDictionary<string, Tensor> _weights;
    private readonly AdamW _optimiser;

    /// <summary>Names what belongs to the run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">All that decides the run's result, its data too, as text; another text is another run.</param>
    /// <param name="weights">Every trained tensor by name.</param>
    /// <param name="optimiser">Its optimiser.</param>
    public TrainingState(string path, string settings, IReadOnlyDictionary<string, Tensor> weights, AdamW optimiser)
    {
        (_path, _settings, _weights, _optimiser) = (path, settings, weights, optimiser);
    }

    /// <summary>
    /// What the run has found besides, for example its best result so far: saved with the state and there again once
    /// it is resumed.
    /// </summary>
    public Dictionary<string, double> Notes { get; private set; } = [];

    /// <summary>Writes the state after <see cref="AdamW.Updates"/> updates.</summary>
    public void Save() =>
        SafetensorsFile.Write(_path, Tensors(), new Dictionary<string, string>
        {
            [UpdateKey] = _optimiser.Updates.ToString(CultureInfo.InvariantCulture),
            [SettingsKey] = _settings,
            [NotesKey] = JsonSerializer.Serialize(Notes),
        });

    /// <summary>Goes on where the file says, if there is one.</summary>
    /// <returns>The updates already made; zero without a file.</returns>
    /// <exception cref="LabException">The file is damaged, or belongs to a run with other settings or data.</exception>
    public int Resume()
    {
        if (!File.Exists(_path))
        {
            return 0;
        }

        using var file = SafetensorsFile.Open(_path);
        if (file.Metadata.GetValueOrDefault(SettingsKey) != _settings)
        {
            throw new LabException($"{_path} belongs to a run with other settings or other data; give those that it was begun with, or another output folder, or remove it to start anew.");
        }

        if (!int.TryParse(file.Metadata.GetValueOrDefault(UpdateKey), CultureInfo.InvariantCulture, out var updates))
        {
            throw new LabException($"{_path} does not say after which update it was saved; remove it to start anew.");
        }

        foreach (var (name, tensor) in Tensors())
        {
            file.ReadInto(name, tensor);
        }

        Notes = JsonSerializer.Deserialize<Dictionary<string, double>>(file.Metadata.GetValueOrDefault(NotesKey) ?? "{}")!;
        _optimiser.Resume(updates);
        return updates;
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Tensors() =>
        _weights.Concat(_optimiser.State().Select(s => KeyValuePair.Create("optimiser." + s.Key, s.Value)));
}
