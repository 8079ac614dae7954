using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace DistilWhisperLab.Tests.Models;

/// <summary>One request as it arrived.</summary>
internal sealed record HubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// A Hugging Face hub of one model on this machine, in plain HTTP/1.1: the list of files, their tags, large files
/// behind a redirect to another host, ranges, and connections that break when told to.
/// </summary>
internal sealed class SmallHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The model's files.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Files that lie on another host, as large ones do on the real hub.</summary>
    public HashSet<string> Large { get; } = [];

    /// <summary>The host of the large files.</summary>
    public SmallHub? Storage { get; init; }

    /// <summary>How many answers with content break off half way.</summary>
    public int Breaks { get; set; }

    /// <summary>A status for every request, in place of an answer.</summary>
    public int? Status { get; set; }

    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    public SmallHub()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>From now on nobody answers.</summary>
    public void Close() => _listener.Stop();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        if ((await reader.ReadLineAsync())?.Split(' ') is not [var method, var path, ..])
        {
            return;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        }

        var request = new HubRequest(method, path, headers);
        Requests.Enqueue(request);
        var (status, more, content) = Answer(request);
        var head = $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {content.Length}\r\n{more}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        if (method != "HEAD")
        {
            var cut = Breaks > 0 && path.Contains("/resolve/") && content.Length > 1;
            Breaks -= cut ? 1 : 0;
            await stream.WriteAsync(content.AsMemory(0, cut ? content.Length / 2 : content.Length));
        }
    }

    private (string Status, string Headers, byte[] Content) Answer(HubRequest request)
    {
        if (Status is { } status)
        {
            return ($"{status} No", "", []);
        }

        if (request.Path == "/api/models/some/model/revision/main")
        {
            var list = string.Join(",", Files.Keys.Select(name => $"{{\"rfilename\": \"{name}\"}}"));
            return ("200 OK", "", Encoding.ASCII.GetBytes($"{{\"sha\": \"{Commit}\", \"siblings\": [{list}]}}"));
        }

        var name = request.Path[(request.Path.LastIndexOf('/') + 1)..];
        if (!request.Path.StartsWith($"/some/model/resolve/{Commit}/") || !Files.TryGetValue(name, out var content))
        {
            return ("404 Not Found", "", []);
        }

        var tag = Large.Contains(name) ? Convert.ToHexStringLower(SHA256.HashData(content)) : "small" + Convert.ToHexStringLower(SHA256.HashData(content))[..35];
        if (Storage is not null && Large.Contains(name))
        {
            return ("302 Found", $"X-Linked-Etag: \"{tag}\"\r\nLocation: {Storage.Address}{request.Path}\r\n", []);
        }

        var etag = $"ETag: \"{tag}\"\r\n";
        return request.Headers.TryGetValue("Range", out var range)
            ? Part(content, int.Parse(range["bytes=".Length..].TrimEnd('-')), etag)
            : ("200 OK", etag, content);
    }

    private static (string, string, byte[]) Part(byte[] content, int from, string headers) => from >= content.Length
        ? ("416 Range Not Satisfiable", headers, [])
        : ("206 Partial Content", $"{headers}Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n", content[from..]);
}
