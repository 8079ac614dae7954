using System.Text.Json;
using System.Text.Json.Serialization;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// A run's curves: <c>training-log.jsonl</c>, and the same figures as TensorBoard's event files under
/// <c>tensorboard/</c>. A resumed run goes on behind the last line that its state knows of.
/// </summary>
public sealed class TeacherLog : IDisposable
{
    /// <summary>The log's file name.</summary>
    public const string FileName = "training-log.jsonl";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly StreamWriter _lines;
    private readonly TorchSharp.Modules.SummaryWriter _curves;

    /// <summary>A line of the log: means since the line before; a figure that was not taken is null.</summary>
    /// <param name="Update">Updates made.</param>
    /// <param name="Seconds">Time spent on training so far, validation and earlier sittings included.</param>
    /// <param name="UpdatesPerSecond">Since the line before.</param>
    /// <param name="Ctc">The CTC loss in nats a letter.</param>
    /// <param name="CrossEntropy">The decoder's loss in nats a token.</param>
    /// <param name="GradientNorm">Before clipping.</param>
    /// <param name="LearningRate">Of the last update.</param>
    /// <param name="ValidationWer">The mean over domains, in percent.</param>
    /// <param name="DomainWer">Each domain's, in percent.</param>
    public sealed record Line(
        int Update,
        double Seconds,
        double UpdatesPerSecond,
        double? Ctc,
        double? CrossEntropy,
        double? GradientNorm,
        double LearningRate,
        double? ValidationWer = null,
        IReadOnlyDictionary<string, double>? DomainWer = null);

    /// <summary>Opens a run's log.</summary>
    /// <param name="directory">The run's folder.</param>
    /// <param name="update">Updates already made; later lines are dropped.</param>
    public TeacherLog(string directory, int update)
    {
        var path = Path.Combine(directory, FileName);
        Lines = [.. Read(path).TakeWhile(line => line.Update <= update)];
        AtomicFile.WriteText(path, string.Concat(Lines.Select(line => Text(line) + "\n")));
        _lines = new StreamWriter(path, append: true) { AutoFlush = true };

        _curves = utils.tensorboard.SummaryWriter(Path.Combine(directory, "tensorboard"));
    }

    /// <summary>All lines so far.</summary>
    public List<Line> Lines { get; }

    /// <summary>Reads a log; empty where there is none. It ends before a line that was only half written.</summary>
    public static IReadOnlyList<Line> Read(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Select(Parse).TakeWhile(line => line is not null).OfType<Line>()] : [];

    /// <summary>A line as the file has it.</summary>
    public static string Text(Line line) => JsonSerializer.Serialize(line, Json);

    /// <summary>Adds a line.</summary>
    public void Add(Line line)
    {
        Lines.Add(line);
        _lines.WriteLine(Text(line));
        Curve("loss/ctc", line.Ctc);
        Curve("loss/cross_entropy", line.CrossEntropy);
        Curve("gradient_norm", line.GradientNorm);
        Curve("learning_rate", line.LearningRate);
        Curve("updates_per_second", line.UpdatesPerSecond);
        Curve("validation/wer", line.ValidationWer);
        foreach (var (domain, wer) in line.DomainWer ?? new Dictionary<string, double>())
        {
            Curve("validation/" + domain, wer);
        }

        void Curve(string name, double? value)
        {
            if (value is { } number)
            {
                _curves.add_scalar(name, (float)number, line.Update);
            }
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _lines.Dispose();

    private static Line? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
