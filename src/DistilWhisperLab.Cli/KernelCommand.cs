using System.CommandLine;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab kernel install</c>: makes the composed kernel known to Jupyter.</summary>
internal static class KernelCommand
{
    public static Command Create()
    {
        var prefix = new Option<string>("--prefix")
        {
            Description = "Install under DIR/share/jupyter/kernels, as Jupyter's own --prefix does.",
            HelpName = "DIR",
        };
        var user = new Option<bool>("--user") { Description = "Install for the current user (the default)." };
        var force = new Option<bool>("--force") { Description = "Replace a .net-csharp kernel that another tool installed." };
        var install = new Command("install", "Register the kernel .net-csharp, with the lab loaded, in Jupyter.") { prefix, user, force };
        install.Validators.Add(result =>
        {
            if (result.GetValue(user) && result.GetValue(prefix) is not null)
            {
                result.AddError("--user and --prefix exclude each other.");
            }
        });
        install.SetAction(parsed => Install(parsed.GetValue(prefix), parsed.GetValue(force)));
        return new Command("kernel", "The Jupyter kernel that notebooks run in.") { install };
    }

    private static int Install(string? prefix, bool force)
    {
        var kernel = KernelSpec.BuiltKernel();
        var kernels = prefix is null ? KernelSpec.UserKernels() : Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels");
        var spec = KernelSpec.Install(kernels, kernel, force);
        Console.WriteLine($"Installed the Jupyter kernel {KernelSpec.Name}, shown as \"{KernelSpec.DisplayName}\", in {spec}");
        Console.WriteLine($"It runs {kernel}");
        Console.WriteLine(prefix is null
            ? "Go on: jupyter lab notebooks"
            : $"Go on: JUPYTER_PATH={Path.GetDirectoryName(kernels)} jupyter lab notebooks");
        return 0;
    }
}
