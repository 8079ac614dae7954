using System.CommandLine;

namespace DistilWhisperLab.Cli;

/// <summary>Actions that work for long.</summary>
internal static class StoppableAction
{
    /// <summary>
    /// Gives a command an action that runs on a thread of its own: System.CommandLine turns Ctrl-C and SIGTERM into the
    /// token only once the action has returned its task.
    /// </summary>
    public static void SetStoppableAction(this Command command, Func<ParseResult, CancellationToken, int> action) =>
        command.SetAction((parsed, stop) => Task.Run(() => action(parsed, stop), CancellationToken.None));
}
