using System.Collections.Concurrent;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>
/// Talk for the background of a domain: some of its own voices saying some of its own sentences. Each pool is made once
/// and depends on the split and the domain alone.
/// </summary>
internal sealed class BabblePool(CorpusSpecification specification, WorldSentences sentences)
{
    private const int Talks = 24;
    private const int FewestTalkers = 3;
    private const int MostTalkers = 6;

    private readonly ConcurrentDictionary<(string, string), Lazy<Task<float[][]>>> _pools = new();

    /// <summary>A source of babble for <see cref="AcousticScene"/>.</summary>
    public async Task<Func<int, Random, float[]>> OfAsync(string split, string domain, CancellationToken stop)
    {
        var pool = await _pools.GetOrAdd((split, domain), _ => new(() => MakeAsync(split, domain, stop))).Value;
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
