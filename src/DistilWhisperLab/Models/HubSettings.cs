namespace DistilWhisperLab.Models;

/// <summary>Where the Hugging Face hub and its cache are, by the variables that its own tools read.</summary>
/// <param name="Endpoint">The hub's address, without a slash at its end.</param>
/// <param name="Cache">The cache's folder.</param>
/// <param name="Token">Sent to the endpoint and to no other host; null for none.</param>
internal sealed record HubSettings(string Endpoint, string Cache, string? Token)
{
    public static HubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static HubSettings From(Func<string, string?> variable)
    {
        var home = Variable("HF_HOME")
            ?? Path.Combine(
                Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
                "huggingface");
        return new HubSettings(
            (Variable("HF_ENDPOINT") ?? "https://huggingface.co").TrimEnd('/'),
            Variable("HF_HUB_CACHE") ?? Path.Combine(home, "hub"),
            Variable("HF_TOKEN"));

        string? Variable(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }
}
