using System.CommandLine;

namespace DistilWhisperLab.Cli;

/// <summary>The options of every command that uses a model.</summary>
internal static class ModelOptions
{
    /// <summary>What <c>ModelDirectory.Resolve</c> takes.</summary>
    public const string ModelDescription =
        "A model directory in the Hugging Face layout, one of OpenAI's .pt files, or a hub name such as openai/whisper-base.";

    /// <summary>Which model.</summary>
    public static Option<string> Model() => new("--model") { Description = ModelDescription, Required = true };

    /// <summary>What <c>Devices.Choose</c> takes.</summary>
    public static Option<string> Device() => new("--device")
    {
        Description = "Where to compute: auto (a GPU where there is one), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    };
}
