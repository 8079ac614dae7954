using System.Text.Json;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>
/// The verdicts that a run is held to with <c>--strict</c>: data/expected-verdicts.json, an object of profiles, each an
/// object from claim ids to <c>holds</c>, <c>fails</c> or <c>undecided</c>.
/// </summary>
public static class ExpectedVerdicts
{
    /// <summary>One sentence for each claim whose verdict is not the expected one, or that the file does not list.</summary>
    /// <exception cref="LabException">The file is missing or not as described.</exception>
    public static IReadOnlyList<string> Differences(string path, string profile, IEnumerable<Claim> claims)
    {
        var expected = Load(path).GetValueOrDefault(profile) ?? [];
        return
        [
            .. claims
                .Select(claim => (claim.Id, Now: ClaimCard.Name(claim.Verdict), Then: expected.GetValueOrDefault(claim.Id)))
                .Where(claim => claim.Now != claim.Then)
                .Select(claim => claim.Then is null
                    ? $"{claim.Id}: {claim.Now}, not listed for the profile {profile}"
                    : $"{claim.Id}: {claim.Now}, expected {claim.Then}"),
        ];
    }

    private static Dictionary<string, Dictionary<string, string>> Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(File.ReadAllText(path)) ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new LabException(
                $"{path} cannot be read as verdicts by profile and claim id ({e.Message}); restore it from git or run without --strict.", e);
        }
    }
}
