using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>Why a cell failed.</summary>
/// <param name="Name">The exception's type, or <c>CompilationError</c>.</param>
/// <param name="Message">What it says.</param>
/// <param name="Trace">The lines of the stack that lie in the notebook and the lab.</param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Trace)
{
    /// <summary>The error as nbformat has it.</summary>
    internal JsonObject ToOutput() => new()
    {
        ["output_type"] = "error",
        ["ename"] = Name,
        ["evalue"] = Message,
        ["traceback"] = new JsonArray([.. Trace.Prepend($"{Name}: {Message}").Select(line => (JsonNode)line)]),
    };
}

/// <summary>A C# kernel with the lab loaded, in this process, and the outputs of the cells that it ran.</summary>
public sealed class KernelSession : IDisposable
{
    private readonly CompositeKernel _kernel;

    private KernelSession(CompositeKernel kernel) => _kernel = kernel;

    /// <summary>The outputs of every cell so far.</summary>
    internal CellOutputs Outputs { get; } = new();

    /// <summary>Starts a kernel.</summary>
    public static async Task<KernelSession> StartAsync()
    {
        var csharp = new CSharpKernel();
        var kernel = new CompositeKernel { csharp };
        kernel.DefaultKernelName = csharp.Name;
        kernel.UseImportMagicCommand();
        csharp.UseKernelHelpers();
        await LabExtension.LoadAsync(kernel);
        return new KernelSession(kernel);
    }

    /// <summary>Runs a cell to its end; what it shows is in <see cref="Outputs"/>.</summary>
    /// <param name="cell">The cell's index in the notebook.</param>
    /// <param name="executionCount">The number that Jupyter would show beside it.</param>
    /// <param name="code">The cell's source.</param>
    /// <returns>The error, or null.</returns>
    public async Task<CellError?> ExecuteAsync(int cell, int executionCount, string code)
    {
        Outputs.Begin(cell, executionCount);
        var command = new SubmitCode(code);
        CellError? error = null;
        string? message = null;
        using var events = _kernel.KernelEvents.Subscribe(new Observer(happened =>
        {
            switch (happened)
            {
                case CommandFailed failed:
                    // An imported file's cell fails first, then the cell that imports it, whose message is empty.
                    error = ErrorOf(failed, message);
                    message ??= error.Message;
                    break;
                case ErrorProduced produced:
                    message ??= produced.Message;
                    break;
                case DisplayEvent display:
                    Outputs.Add(display);
                    break;
            }
        }));
        await _kernel.SendAsync(command);
        if (error is not null)
        {
            Outputs.AddError(error);
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose() => _kernel.Dispose();

    private static CellError ErrorOf(CommandFailed failed, string? earlier)
    {
        var cause = failed.Exception?.InnerException is CompilationErrorException compilation ? compilation : failed.Exception;
        return cause switch
        {
            null => new CellError("Error", string.IsNullOrEmpty(failed.Message) ? earlier ?? "the cell failed" : failed.Message, []),
            CompilationErrorException => new CellError("CompilationError", failed.Message ?? cause.Message, []),
            _ => new CellError(cause.GetType().Name, cause.Message, [.. Trace(cause)]),
        };
    }

    // Roslyn's own frames tell a reader nothing.
    private static IEnumerable<string> Trace(Exception cause) =>
        cause.ToString().Split('\n').Skip(cause.Message.Split('\n').Length)
            .Select(line => line.TrimEnd())
            .Where(line => !line.Contains("Microsoft.CodeAnalysis.Scripting") && !line.StartsWith("--- End of stack trace"));

    private sealed class Observer(Action<KernelEvent> onNext) : IObserver<KernelEvent>
    {
        public void OnNext(KernelEvent value) => onNext(value);

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
