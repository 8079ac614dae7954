using System.Runtime.InteropServices;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.Extensions.Hosting;
using InteractiveKernel = Microsoft.DotNet.Interactive.Kernel;

namespace DistilWhisperLab.Kernel;

/// <summary>
/// Lets Jupyter's interrupt (a SIGINT) cancel the running cell. With the host's usual lifetime it would end the
/// process, and with it everything that the notebook has computed.
/// </summary>
internal sealed class InterruptLifetime(InteractiveKernel kernel) : IHostLifetime, IDisposable
{
    private PosixSignalRegistration? _interrupt;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true; // the end of the process, not the command
            _ = kernel.SendAsync(new Cancel(), CancellationToken.None);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _interrupt?.Dispose();
}
