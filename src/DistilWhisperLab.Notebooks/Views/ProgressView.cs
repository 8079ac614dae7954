using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Notebooks;

/// <summary>One state of a <see cref="LabProgress"/>: how far, how fast, how long still.</summary>
/// <param name="Progress">The latest report.</param>
/// <param name="Elapsed">Time since the first one.</param>
/// <param name="Finished">Whether it was the last.</param>
/// <param name="From">Steps done at the first report; those of an earlier sitting took none of this one's time.</param>
internal sealed record ProgressView(Progress Progress, TimeSpan Elapsed, bool Finished, long From)
{
    private const string Style =
        $$"""
        <style>.dwl-progress{max-width:34rem;margin:.5em 0;font-size:.9em}.dwl-progress div{display:flex;gap:1em;
        justify-content:space-between;margin-bottom:.3em}.dwl-progress span+span{opacity:.7;font-variant-numeric:tabular-nums}
        .dwl-progress svg{display:block;width:100%;height:6px;border-radius:3px;background:{{Html.Line}}}</style>
        """;

    /// <summary>Steps a second since the start; null before it can be told.</summary>
    public double? Rate =>
        Progress.Done > From && Elapsed > TimeSpan.Zero ? (Progress.Done - From) / Elapsed.TotalSeconds : null;

    /// <summary>The time still needed at that rate; null when the rate or the total is not known.</summary>
    public TimeSpan? Left =>
        Rate is { } rate && Progress.Total is { } total && total >= Progress.Done
            ? TimeSpan.FromSeconds(Math.Min((total - Progress.Done) / rate, TimeSpan.FromDays(99).TotalSeconds))
            : null;

    public string ToText() => $"{Progress.Description}: {Figures()}";

    public string ToHtml() =>
        $"""
        <div class="dwl-progress">{Style}<div><span>{Html.Encode(Progress.Description)}</span><span>{Html.Encode(Figures())}</span></div>{Bar()}</div>
        """;

    private string Figures()
    {
        var parts = new List<string>
        {
            Progress.Total is { } total ? $"{Progress.Done:#,0} of {total:#,0}" : $"{Progress.Done:#,0}",
        };
        if (Rate is { } rate)
        {
            parts.Add(rate >= 1 ? $"{rate:0.#} a second" : $"{1 / rate:0.#} s each");
        }

        if (Finished)
        {
            parts.Add($"took {Html.Duration(Elapsed)}");
        }
        else if (Left is { } left)
        {
            parts.Add($"{Html.Duration(left)} left");
        }

        if (!string.IsNullOrEmpty(Progress.Detail))
        {
            parts.Add(Progress.Detail);
        }

        return string.Join(" · ", parts);
    }

    private string Bar() =>
        Progress.Fraction is { } fraction
            ? $"<svg viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" role=\"progressbar\" aria-valuenow=\"{100 * fraction:0}\">"
            + $"<rect width=\"{100 * fraction:0.##}\" height=\"1\" fill=\"#2f7fb5\"/></svg>"
            : "";
}
