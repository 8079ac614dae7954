using System.Security.Cryptography;
using System.Text;

namespace DistilWhisperLab.Experiments;

/// <summary>
/// What makes a run the same run: on the machine that made it, running it again gives the same numbers. Commit,
/// processor and threads stand beside it (<see cref="RunProvenance"/>).
/// </summary>
public sealed record RunKey
{
    /// <summary>The kind of training runs.</summary>
    public const string Train = "train";

    /// <summary>The kind of evaluations.</summary>
    public const string Evaluate = "evaluate";

    private const int IdLength = 16;

    private RunKey(string kind, string model, string data, string settings, int seed, int recipe)
    {
        (Kind, Model, Data, Settings, Seed, Recipe) = (kind, model, data, settings, seed, recipe);
        var text = CanonicalJson.Of(new { kind, model, data, settings, seed, recipe });
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..IdLength];
    }

    /// <summary>What was done: <see cref="Train"/>, <see cref="Evaluate"/> or a study's own word.</summary>
    public string Kind { get; }

    /// <summary>The hash of the model that the run began with (<see cref="ContentHash.Model(string)"/>).</summary>
    public string Model { get; }

    /// <summary>The hash of the data (<see cref="ContentHash.Data"/>).</summary>
    public string Data { get; }

    /// <summary>The settings as <see cref="CanonicalJson"/>.</summary>
    public string Settings { get; }

    /// <summary>The run's seed.</summary>
    public int Seed { get; }

    /// <summary>The version of the code that runs it, raised by hand when its results change.</summary>
    public int Recipe { get; }

    /// <summary>Names the key: the first 16 hexadecimal digits of its SHA-256.</summary>
    public string Id { get; }

    /// <summary>The key of a run.</summary>
    /// <param name="kind">What is done, for example <see cref="Train"/>.</param>
    /// <param name="model">The hash of the model that the run begins with; empty for none.</param>
    /// <param name="data">The hash of the data; empty for none.</param>
    /// <param name="settings">A record or an anonymous object with all else that the result depends on.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="recipe">The version of the code that runs it.</param>
    public static RunKey Of(string kind, string model, string data, object settings, int seed, int recipe) =>
        new(kind, model, data, CanonicalJson.Of(settings), seed, recipe);
}
