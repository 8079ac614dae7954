using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Models;

/// <summary>
/// Downloads a model from the Hugging Face hub into its cache: the files that the lab reads and no others. A broken
/// connection is taken up where it broke; what is complete gets its name only then.
/// </summary>
internal sealed class HubDownload : IDisposable
{
    private const int Attempts = 4;
    private const int MaxRedirects = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Wanted =
    [
        "config.json", "generation_config.json", "preprocessor_config.json", "vocab.json", "merges.txt", "added_tokens.json",
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "normalizer.json",
    ];

    private readonly HubSettings _settings;
    private readonly HubCache _cache;
    private readonly IProgress<Progress>? _progress;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Patience })
    {
        MaxResponseContentBufferSize = 16 << 20,
        Timeout = Patience,
    };

    public HubDownload(HubSettings settings, HubCache cache, IProgress<Progress>? progress) =>
        (_settings, _cache, _progress) = (settings, cache, progress);

    /// <returns>The snapshot's folder.</returns>
    /// <exception cref="LabException">The hub cannot be reached, does not have the model, or broke off too often.</exception>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        try
        {
            var (commit, files) = await ListAsync(stop);
            foreach (var file in Wanted.Where(files.Contains))
            {
                await FetchAsync(commit, file, stop);
            }

            // The weights come last: a snapshot that has them is complete.
            if (files.Contains(Checkpoint.WeightsFile))
            {
                await FetchAsync(commit, Checkpoint.WeightsFile, stop);
            }
            else
            {
                await FetchAsync(commit, SafetensorsDirectory.IndexFile, stop);
                foreach (var shard in HubCache.Shards(Path.Combine(_cache.Snapshot(commit), SafetensorsDirectory.IndexFile)))
                {
                    await FetchAsync(commit, shard, stop);
                }
            }

            _cache.Finish(commit);
            return _cache.Snapshot(commit);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
            || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new LabException(
                $"{_cache.Model} is no directory here and not whole in the Hugging Face cache {_cache.Root}, and {_settings.Endpoint} cannot be reached for it ({e.Message.ReplaceLineEndings(" ")}); give the path of a model directory, or run again where there is a network.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{_cache.Model} cannot be written to the Hugging Face cache {_cache.Root}: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The main branch's commit and the names of its files.</summary>
    private async Task<(string Commit, HashSet<string> Files)> ListAsync(CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Get, new Uri($"{_settings.Endpoint}/api/models/{_cache.Model}/revision/main"), null, stop);
        Require(response);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(stop));
        var commit = json.RootElement.GetProperty("sha").GetString() ?? "";
        var files = json.RootElement.GetProperty("siblings").EnumerateArray()
            .Select(file => file.GetProperty("rfilename").GetString() ?? "").ToHashSet();
        if (!commit.All(char.IsAsciiLetterOrDigit) || commit.Length == 0)
        {
            throw new LabException($"{_settings.Endpoint} gives {_cache.Model} the commit \"{commit}\", which is none.");
        }

        return files.Contains("config.json") && (files.Contains(Checkpoint.WeightsFile) || files.Contains(SafetensorsDirectory.IndexFile))
            ? (commit, files)
            : throw new LabException($"{_cache.Model} at {_settings.Endpoint} holds no config.json with {Checkpoint.WeightsFile}; choose a model that has them.");
    }

    private async Task FetchAsync(string commit, string file, CancellationToken stop)
    {
        if (File.Exists(Path.Combine(_cache.Snapshot(commit), file)))
        {
            return;
        }

        var address = new Uri($"{_settings.Endpoint}/{_cache.Model}/resolve/{commit}/{file}");
        var tag = await TagAsync(address, stop) ?? $"{commit}-{file}";
        if (!File.Exists(_cache.Blob(tag)))
        {
            await FetchBlobAsync(address, file, _cache.Blob(tag), tag, stop);
        }

        _cache.Link(commit, file, tag);
    }

    /// <summary>The content's tag, asked of the hub before it sends us on to where the content lies.</summary>
    private async Task<string?> TagAsync(Uri address, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Head, address, null, stop);
        if ((int)response.StatusCode >= 400)
        {
            Require(response);
        }

        var tag = Tag(response);
        return tag is not null && tag.Length <= 128 && tag.All(char.IsAsciiLetterOrDigit) ? tag : null;
    }

    private async Task FetchBlobAsync(Uri address, string file, string blob, string tag, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        var partial = blob + ".incomplete";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AppendAsync(address, file, partial, stop);
                break;
            }
            catch (Exception e) when (attempt < Attempts && !stop.IsCancellationRequested
                && e is HttpRequestException or OperationCanceledException)
            {
                // The connection broke: go on from where it did.
            }
        }

        // Large files are tagged with the SHA-256 of their content, small ones with git's hash.
        if (tag.Length == 64 && await HashAsync(partial, stop) != tag)
        {
            File.Delete(partial);
            throw new LabException($"{file} of {_cache.Model} arrived damaged from {_settings.Endpoint}; run again to download it anew.");
        }

        File.Move(partial, blob, overwrite: true);
    }

    private async Task AppendAsync(Uri address, string file, string partial, CancellationToken stop)
    {
        await using var target = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        target.Seek(0, SeekOrigin.End);
        var range = target.Length > 0 ? new RangeHeaderValue(target.Length, null) : null;
        using var response = await SendAsync(HttpMethod.Get, address, range, stop);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // nothing is missing
        }

        Require(response);
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != target.Length)
        {
            target.SetLength(0); // the whole file comes again
        }

        var total = response.Content.Headers.ContentLength + target.Length;
        await using var source = await response.Content.ReadAsStreamAsync(stop);
        await CopyAsync(source, target, file, total, stop);
        if (total is not null && target.Length != total)
        {
            throw new HttpRequestException($"{file} ended after {target.Length} of {total} bytes");
        }
    }

    private async Task CopyAsync(Stream source, FileStream target, string file, long? total, CancellationToken stop)
    {
        var (start, before) = (Stopwatch.GetTimestamp(), target.Length);
        var buffer = new byte[1 << 17];
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
            silence.CancelAfter(Patience);
            int count;
            try
            {
                count = await source.ReadAsync(buffer, silence.Token);
            }
            catch (IOException e)
            {
                throw new HttpRequestException($"{file} broke off after {target.Length} bytes: {e.Message}", e);
            }

            if (count == 0)
            {
                return;
            }

            await target.WriteAsync(buffer.AsMemory(0, count), stop);
            var rate = (target.Position - before) / Math.Max(1e-3, Stopwatch.GetElapsedTime(start).TotalSeconds);
            _progress?.Report(new Progress($"Downloading {_cache.Model} {file} (MB)", target.Position >> 20, total >> 20, $"{rate / (1 << 20):0.0} MB/s"));
        }
    }

    /// <summary>
    /// Sends a request and follows its redirects, carrying the token to the hub alone. A HEAD ends where the answer
    /// tells the content's tag.
    /// </summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, RangeHeaderValue? range, CancellationToken stop)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Range = range;
            if (_settings.Token is not null && address.GetLeftPart(UriPartial.Authority) == new Uri(_settings.Endpoint).GetLeftPart(UriPartial.Authority))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _settings.Token);
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is null
                || redirects == MaxRedirects || (method == HttpMethod.Head && response.Headers.Contains("X-Linked-Etag")))
            {
                return response;
            }

            address = new Uri(address, response.Headers.Location);
            response.Dispose();
        }
    }

    private void Require(HttpResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new LabException($"{_settings.Endpoint} has no model {_cache.Model}, or shows it to those with a token only; check the name, or set HF_TOKEN.");
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new LabException($"{_settings.Endpoint} answered {(int)response.StatusCode} ({response.ReasonPhrase}) when asked for {_cache.Model}; try again later.");
        }
    }

    private static string? Tag(HttpResponseMessage response) =>
        (response.Headers.TryGetValues("X-Linked-Etag", out var linked) ? linked.First() : response.Headers.ETag?.Tag)?.Trim('"');

    private static async Task<string> HashAsync(string path, CancellationToken stop)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop));
    }
}
