using System.Text.Json;
using System.Text.Json.Serialization;
using DistilWhisperLab.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>A line of a training run's log.</summary>
public interface ITrainingLogLine
{
    /// <summary>Updates made.</summary>
    int Update { get; }

    /// <summary>What TensorBoard draws of it; a figure that was not taken is null.</summary>
    IEnumerable<(string Tag, double? Value)> Curves();
}

/// <summary>The log's file.</summary>
public static class TrainingLog
{
    /// <summary>Its name in the run's folder.</summary>
    public const string FileName = "training-log.jsonl";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads a log; empty where there is none. It ends before a line that was only half written.</summary>
    public static IReadOnlyList<TLine> Read<TLine>(string path)
        where TLine : class, ITrainingLogLine =>
        File.Exists(path) ? [.. File.ReadLines(path).Select(Parse<TLine>).TakeWhile(line => line is not null).OfType<TLine>()] : [];

    /// <summary>A line as the file has it.</summary>
    public static string Text<TLine>(TLine line)
        where TLine : class, ITrainingLogLine => JsonSerializer.Serialize(line, Json);

    private static TLine? Parse<TLine>(string line)
        where TLine : class
    {
        try
        {
            return JsonSerializer.Deserialize<TLine>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// A run's curves: a line of JSON every few updates, and the same figures as TensorBoard's event files under
/// <c>tensorboard/</c>. What a killed run wrote behind its last saved state is taken out of both when it is resumed, since
/// it will be written again.
/// </summary>
/// <typeparam name="TLine">What a line says.</typeparam>
public sealed class TrainingLog<TLine> : IDisposable
    where TLine : class, ITrainingLogLine
{
    private const string Board = "tensorboard";

    private readonly StreamWriter _lines;
    private readonly SummaryWriter _board;

    /// <summary>Opens a run's log.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="update">Updates already made; later lines are dropped.</param>
    public TrainingLog(string directory, int update)
    {
        var path = Path.Combine(directory, TrainingLog.FileName);
        var known = File.Exists(path);
        Lines = [.. TrainingLog.Read<TLine>(path).TakeWhile(line => line.Update <= update)];
        AtomicFile.WriteText(path, string.Concat(Lines.Select(line => TrainingLog.Text(line) + "\n")));
        _lines = new StreamWriter(path, append: true) { AutoFlush = true };
        var board = Path.Combine(directory, Board);
        // TensorBoard draws all event files of a folder as one curve, so that those of earlier sittings go and the lines
        // that are kept are written once more. Where the lines are lost, the curves are all that is left.
        foreach (var events in known && Directory.Exists(board) ? Directory.GetFiles(board, "events.out.tfevents.*") : [])
        {
            File.Delete(events);
        }

        _board = utils.tensorboard.SummaryWriter(board);
        Lines.ForEach(Draw);
    }

    /// <summary>All lines so far.</summary>
    public List<TLine> Lines { get; }

    /// <summary>Adds a line; it is in the file on return.</summary>
    public void Add(TLine line)
    {
        Lines.Add(line);
        _lines.WriteLine(TrainingLog.Text(line));
        Draw(line);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _lines.Dispose();

    private void Draw(TLine line)
    {
        foreach (var (tag, value) in line.Curves())
        {
            if (value is { } number)
            {
                _board.add_scalar(tag, (float)number, line.Update);
            }
        }
    }
}
