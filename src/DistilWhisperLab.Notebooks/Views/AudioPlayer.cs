using System.Text;
using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Notebooks;

/// <summary>Audio to listen to, with its waveform: an HTML5 player whose sound lies in the page itself.</summary>
/// <param name="Clip">The audio.</param>
/// <param name="Caption">What it is, shown above the player; empty for none.</param>
public sealed record AudioPlayer(AudioClip Clip, string Caption = "")
{
    private const int Columns = 360;
    private const int WaveHeight = 44;

    private const string Style =
        $$"""
        <style>.dwl-audio{display:inline-block;width:min(26rem,100%);margin:.4em .8em .4em 0;padding:.6em .8em;
        border:1px solid {{Html.Line}};border-radius:8px;background:{{Html.Fill}};box-sizing:border-box}
        .dwl-audio figcaption{display:flex;justify-content:space-between;gap:1em;font-size:.88em;margin-bottom:.3em}
        .dwl-audio figcaption span+span{opacity:.65;white-space:nowrap;font-variant-numeric:tabular-nums}
        .dwl-audio svg{display:block;width:100%;height:44px;color:inherit}
        .dwl-audio audio{display:block;width:100%;height:34px;margin-top:.4em}</style>
        """;

    internal string ToHtml() =>
        $"""
        <figure class="dwl-audio">{Style}<figcaption><span>{Html.Encode(Caption)}</span><span>{Clip.Duration:0.00} s · {Clip.SampleRate / 1000.0:0.###} kHz</span></figcaption><svg viewBox="0 0 {Columns} {WaveHeight}" preserveAspectRatio="none" role="img" aria-label="waveform"><path d="{Waveform()}" fill="none" stroke="#2f7fb5" stroke-width="1" vector-effect="non-scaling-stroke"/></svg><audio controls preload="metadata" src="data:audio/wav;base64,{Convert.ToBase64String(AudioFile.ToWav(Clip))}"></audio></figure>
        """;

    /// <summary>The least and greatest sample of each column, scaled to the loudest, as one path of vertical strokes.</summary>
    private string Waveform()
    {
        var samples = Clip.Samples;
        var loudest = samples.Length == 0 ? 0 : samples.Max(Math.Abs);
        var scale = loudest > 0 ? 0.48 * WaveHeight / loudest : 0;
        var path = new StringBuilder();
        for (var column = 0; column < Columns; column++)
        {
            var from = (int)((long)column * samples.Length / Columns);
            var to = (int)((column + 1L) * samples.Length / Columns);
            var part = samples.AsSpan(from, to - from);
            float low = 0, high = 0;
            foreach (var sample in part)
            {
                low = Math.Min(low, sample);
                high = Math.Max(high, sample);
            }

            var middle = WaveHeight / 2.0;
            path.Append($"M{column}.5 {middle - (high * scale) - 0.3:0.#}V{middle - (low * scale) + 0.3:0.#}");
        }

        return path.ToString();
    }
}
