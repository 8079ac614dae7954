using System.CommandLine;

namespace DistilWhisperLab.Cli;

/// <summary>The command <c>lab</c>. Exit codes: 0 done, 1 an error, 2 wrong usage, 3 a verdict differs (--strict), 130 stopped.</summary>
public static class Program
{
    private const int UsageError = 2;
    private const int Stopped = 130;

    // A run that is asked to end finishes its step and writes its state.
    private static readonly TimeSpan TimeToSave = TimeSpan.FromMinutes(2);

    public static async Task<int> Main(string[] args)
    {
        try
        {
            var parsed = Root().Parse(args);
            return parsed.Errors.Count > 0 ? Refuse(parsed) : await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToSave,
            });
        }
        catch (LabException e)
        {
            Console.Error.WriteLine($"lab: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // .NET keeps the system's own number there; 28 is ENOSPC.
            Console.Error.WriteLine(e.HResult == 28
                ? $"lab: The disk is full ({e.Message}); what was finished is kept, so free some space and run the same command again."
                : $"lab: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException e)
        {
            // Where a command has nothing of its own to say, the message is the framework's.
            var said = e.GetType() == typeof(OperationCanceledException) && e.Message != new OperationCanceledException().Message;
            Console.Error.WriteLine($"lab: stopped. {(said ? e.Message : "Run the same command again to go on.")}");
            return Stopped;
        }
    }

    private static int Refuse(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
        {
            Console.Error.WriteLine($"lab: {error.Message}");
        }

        Console.Error.WriteLine("lab: see lab --help, or --help after the command.");
        return UsageError;
    }

    /// <summary>Every command of <c>lab</c>, each in a file of its own.</summary>
    public static RootCommand Root() =>
        new("DistilWhisperLab: the Distil-Whisper paper as software you can run.")
        {
            CorpusCommand.Create(),
            DistillCommand.Create(),
            EncodeCommand.Create(),
            EvaluateCommand.Create(),
            FeaturesCommand.Create(),
            KernelCommand.Create(),
            ModelCommand.Create(),
            NormalizeCommand.Create(),
            NotebooksCommand.Create(),
            PseudoLabelCommand.Create(),
            RunsCommand.Create(),
            TeacherCommand.Create(),
            TokenizeCommand.Create(),
            TranscribeCommand.Create(),
            WerCommand.Create(),
        };
}
