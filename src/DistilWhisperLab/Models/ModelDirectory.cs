using System.Text.RegularExpressions;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Models;

/// <summary>Finds the model that a user names.</summary>
public static partial class ModelDirectory
{
    /// <summary>
    /// The directory or <c>.pt</c> file of a model: the path itself, or for a hub name such as
    /// <c>openai/whisper-base</c> its snapshot in the Hugging Face cache, downloaded into it first where it is missing.
    /// A model that the cache holds whole costs no request.
    /// </summary>
    /// <param name="model">A path or a hub name.</param>
    /// <param name="progress">Told of a download, in megabytes; null for none.</param>
    /// <param name="stop">Stops a download; the next one goes on from there.</param>
    /// <exception cref="LabException">It is neither, the hub cannot be reached or does not have it.</exception>
    public static string Resolve(string model, IProgress<Progress>? progress = null, CancellationToken stop = default) =>
        Resolve(model, HubSettings.FromEnvironment(), progress, stop);

    internal static string Resolve(string model, HubSettings settings, IProgress<Progress>? progress, CancellationToken stop)
    {
        if (Path.Exists(model))
        {
            return model;
        }

        if (!HubName().IsMatch(model))
        {
            throw new LabException($"{model} does not exist; give a model directory, a .pt file, or a hub name such as openai/whisper-base.");
        }

        var cache = new HubCache(settings.Cache, model);
        if (cache.Complete() is { } snapshot)
        {
            return snapshot;
        }

        using var download = new HubDownload(settings, cache, progress);
        return download.RunAsync(stop).GetAwaiter().GetResult();
    }

    [GeneratedRegex(@"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*\z", RegexOptions.ECMAScript)]
    private static partial Regex HubName();
}
