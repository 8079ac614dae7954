using System.Text;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;
using Microsoft.DotNet.Interactive.App.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using InteractiveKernel = Microsoft.DotNet.Interactive.Kernel;

namespace DistilWhisperLab.Kernel;

/// <summary>
/// The dotnet-interactive tool with the lab in it: the same command line (<c>jupyter CONNECTION-FILE</c>,
/// <c>[vscode] stdio</c>, <c>notebook-parser</c>), but the library and its formatters are loaded before the first
/// cell, so that a notebook needs no <c>#r</c>.
/// </summary>
public static class Program
{
    /// <summary>Runs the tool's command line; returns its exit code.</summary>
    public static async Task<int> Main(string[] args)
    {
        // The tool reports usage to its makers and greets on standard output, where the protocol is; neither here.
        Environment.SetEnvironmentVariable("DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT", "1");
        Environment.SetEnvironmentVariable("DOTNET_INTERACTIVE_SKIP_FIRST_TIME_EXPERIENCE", "1");
        Console.OutputEncoding = Encoding.UTF8;

        // The command line parser puts its kernel into these services, then calls the start function.
        var services = new ServiceCollection();
        var root = CommandLineParser.Create(
            services,
            startJupyter: async (_, _) =>
            {
                await LoadLabAsync(services);
                return await ServeJupyterAsync(services);
            },
            startStdio: async (_, host) =>
            {
                await LoadLabAsync(services);
                await host.ConnectAndWaitAsync();
            },
            startHttp: (_, _) =>
                throw new LabException("This kernel serves no HTTP; leave out --http-port and --http-port-range."));
        return await root.Parse(args).InvokeAsync();
    }

    private static Task LoadLabAsync(ServiceCollection services)
    {
        LibTorch.EnsureLoaded();
        return LabExtension.LoadAsync(KernelOf(services));
    }

    private static InteractiveKernel KernelOf(ServiceCollection services) =>
        services.Select(service => service.ImplementationInstance).OfType<InteractiveKernel>().First();

    /// <summary>
    /// Runs the tool's Jupyter services without the web server that the tool puts beside them: that opens a port for
    /// sharing variables with JavaScript and writes a script for it into the first cell's output.
    /// </summary>
    private static async Task<int> ServeJupyterAsync(ServiceCollection services)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        foreach (var service in services)
        {
            builder.Services.Add(service);
        }

        builder.Services.AddSingleton<IHostLifetime>(new InterruptLifetime(KernelOf(services)));
        await builder.Build().RunAsync();
        return 0;
    }
}
