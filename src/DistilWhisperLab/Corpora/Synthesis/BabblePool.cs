using System.Collections.Concurrent;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>
/// Talk for the background of a domain: some of its own voices saying some of its own sentences. A pool is made once, for
/// domains that have babble and for long recordings, and depends on the split and the domain alone.
/// </summary>
internal sealed class BabblePool(CorpusSpecification specification, WorldSentences sentences)
{
    private const int Talks = 24;
    private const int FewestTalkers = 3;
    private const int MostTalkers = 6;

    private readonly ConcurrentDictionary<(string, string), Lazy<Task<float[][]>>> _pools = new();

    /// <summary>A source of babble for <see cref="AcousticScene"/>.</summary>
    public async Task<Func<int, Random, float[]>?> OfAsync(string split, string domain, CancellationToken stop)
    {
        var needed = specification.Splits[split].LongForm is not null
            || specification.Domains[domain].Acoustics.Backgrounds.Any(b => b.Kind == Babble.Kind);
        if (!needed)
        {
            return null;
        }

        // A pool that was stopped half way is begun anew by the next build.
        var making = _pools.AddOrUpdate(
            (split, domain),
            _ => new(() => MakeAsync(split, domain, stop)),
            (_, known) => known is { IsValueCreated: true, Value: { IsCanceled: true } or { IsFaulted: true } } ? new(() => MakeAsync(split, domain, stop)) : known);
        var pool = await making.Value;
        return (samples, random) => Babble.Mix(pool, samples, random.Next(FewestTalkers, MostTalkers + 1), random);
    }

    private async Task<float[][]> MakeAsync(string split, string domain, CancellationToken stop)
    {
        var random = Seeds.Random(specification.Seed, Place.Of(split), Place.Of(domain), -2);
        var texts = sentences.Of(split, domain);
        var settings = specification.Domains[domain];
        var pool = new float[Talks][];
        for (var i = 0; i < Talks; i++)
        {
            var text = texts[random.Next(texts.Count)].Spoken;
            pool[i] = await Synthesiser.SpeakAsync(text, Speaker.Draw(settings, settings.Voices, random), specification.Longest, stop);
        }

        return pool;
    }
}
