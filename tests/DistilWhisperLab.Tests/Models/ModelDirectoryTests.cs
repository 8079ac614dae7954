using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Models;

public sealed class ModelDirectoryTests : IDisposable
{
    private const string Name = "some/model";

    private readonly TemporaryFolder _cache = new();
    private readonly SmallHub _storage = new();
    private readonly SmallHub _hub;

    public ModelDirectoryTests()
    {
        _hub = new SmallHub { Storage = _storage };
        using var folder = new TemporaryFolder();
        using var model = new WhisperModel(Tiny.Config());
        Checkpoint.Save(model, folder.Path);
        _hub.Files["config.json"] = File.ReadAllBytes(folder.File("config.json"));
        _hub.Files["model.safetensors"] = File.ReadAllBytes(folder.File("model.safetensors"));
        _hub.Files["vocab.json"] = "{}"u8.ToArray();
        _hub.Files["README.md"] = _hub.Files["pytorch_model.bin"] = _hub.Files["model.fp32.safetensors"] = [1, 2, 3];
        _storage.Files["model.safetensors"] = _hub.Files["model.safetensors"];
        _hub.Large.Add("model.safetensors");
    }

    private string Snapshot => _cache.File($"models--some--model/snapshots/{SmallHub.Commit}");

    public void Dispose()
    {
        _hub.Dispose();
        _storage.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public void A_path_is_itself_without_a_request()
    {
        Assert.Equal(_cache.Path, Resolve(_cache.Path));
        var file = _cache.Write("model.pt", "");
        Assert.Equal(file, Resolve(file));
        Assert.Empty(_hub.Requests);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("a/b/c")]
    [InlineData("../model")]
    [InlineData("/nowhere/model")]
    [InlineData("some/model\n")]
    public void What_is_neither_path_nor_name_is_refused_without_a_request(string model)
    {
        Assert.Contains("does not exist; give a model directory", Failure(model));
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void A_hub_name_is_downloaded_with_the_needed_files_only_and_once()
    {
        var seen = new List<Progress>();
        var directory = Resolve(Name, token: "secret", progress: new Listener(seen));
        Assert.Equal(Snapshot, directory);
        Assert.Equal(["config.json", "model.safetensors", "vocab.json"], Directory.GetFiles(directory).Select(Path.GetFileName).Order());
        Checkpoint.Load(directory).Dispose();
        Assert.Equal(SmallHub.Commit, File.ReadAllText(_cache.File("models--some--model/refs/main")));
        Assert.Equal(3, Directory.GetFiles(_cache.File("models--some--model/blobs")).Length);
        Assert.StartsWith("../../blobs/", new FileInfo(Path.Combine(directory, "model.safetensors")).LinkTarget);
        Assert.Contains(seen, p => p.Description.Contains("model.safetensors") && p.Detail!.EndsWith("MB/s"));

        // The token goes to the hub and not to where it sends us.
        Assert.All(_hub.Requests, r => Assert.Equal("Bearer secret", r.Headers["Authorization"]));
        Assert.All(_storage.Requests, r => Assert.DoesNotContain("Authorization", r.Headers.Keys));
        Assert.Single(_storage.Requests);

        var before = _hub.Requests.Count;
        Assert.Equal(directory, Resolve(Name));
        Assert.Equal(before, _hub.Requests.Count);
    }

    [Fact]
    public void A_broken_connection_is_taken_up_where_it_broke()
    {
        _storage.Breaks = 2;
        Checkpoint.Load(Resolve(Name)).Dispose();
        var length = _hub.Files["model.safetensors"].Length;
        Assert.Equal(
            [null, $"bytes={length / 2}-", $"bytes={length / 2 + (length - length / 2) / 2}-"],
            _storage.Requests.Select(r => r.Headers.GetValueOrDefault("Range")));
    }

    [Fact]
    public void A_download_that_breaks_off_for_good_is_gone_on_with_the_next_time()
    {
        _storage.Breaks = 4;
        Assert.Contains("broke off after", Failure(Name));
        Assert.False(File.Exists(Path.Combine(Snapshot, "model.safetensors")));
        _storage.Requests.Clear();
        Checkpoint.Load(Resolve(Name)).Dispose();
        Assert.StartsWith("bytes=", Assert.Single(_storage.Requests).Headers["Range"]);
    }

    [Fact]
    public void A_damaged_download_is_refused_and_not_kept()
    {
        var right = _storage.Files["model.safetensors"];
        _storage.Files["model.safetensors"] = [.. right[..^1], (byte)~right[^1]];
        Assert.Contains("arrived damaged", Failure(Name));
        _storage.Files["model.safetensors"] = right;
        Checkpoint.Load(Resolve(Name)).Dispose();
    }

    [Fact]
    public void Shards_are_downloaded_as_the_index_names_them()
    {
        _hub.Files.Remove("model.safetensors");
        _hub.Files["model.safetensors.index.json"] = """{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"""u8.ToArray();
        _hub.Files["model-1.safetensors"] = [1];
        _hub.Files["model-2.safetensors"] = [2];
        _hub.Files["model-3.safetensors"] = [3];
        var names = Directory.GetFiles(Resolve(Name)).Select(Path.GetFileName).Order();
        Assert.Equal(["config.json", "model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json", "vocab.json"], names);
        File.Delete(Path.Combine(Snapshot, "model-2.safetensors"));
        Resolve(Name);
        Assert.True(File.Exists(Path.Combine(Snapshot, "model-2.safetensors")));
    }

    [Theory]
    [InlineData(404, "has no model some/model, or shows it to those with a token only")]
    [InlineData(401, "set HF_TOKEN")]
    [InlineData(503, "answered 503")]
    public void What_the_hub_refuses_is_said(int status, string message)
    {
        _hub.Status = status;
        Assert.Contains(message, Failure(Name));
    }

    [Fact]
    public void A_model_without_safetensors_is_said()
    {
        _hub.Files.Remove("model.safetensors");
        Assert.Contains("holds no config.json with model.safetensors", Failure(Name));
    }

    [Fact]
    public void Without_a_network_one_sentence_says_what_to_do()
    {
        _hub.Close();
        var message = Failure(Name);
        Assert.Contains("cannot be reached", message);
        Assert.Contains(_cache.Path, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_stopped_download_stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ModelDirectory.Resolve(Name, Settings(null), null, stop.Token));
    }

    [Fact]
    public void The_places_are_those_of_the_hubs_own_tools()
    {
        Assert.Equal(
            new HubSettings("https://huggingface.co", Path.Combine("/h", "hub"), null),
            HubSettings.From(name => name == "HF_HOME" ? "/h" : null));
        Assert.Equal(
            new HubSettings("http://mirror", "/c", "t"),
            HubSettings.From(name => name switch { "HF_HOME" => "/h", "HF_HUB_CACHE" => "/c", "HF_ENDPOINT" => "http://mirror/", "HF_TOKEN" => "t", _ => "" }));
        Assert.EndsWith(Path.Combine(".cache", "huggingface", "hub"), HubSettings.From(_ => null).Cache);
    }

    private string Resolve(string model, string? token = null, IProgress<Progress>? progress = null) =>
        ModelDirectory.Resolve(model, Settings(token), progress, TestContext.Current.CancellationToken);

    private HubSettings Settings(string? token) => new(_hub.Address, _cache.Path, token);

    private string Failure(string model) => Assert.ThrowsAny<LabException>(() => Resolve(model)).Message;

    private sealed class Listener(List<Progress> seen) : IProgress<Progress>
    {
        public void Report(Progress value) => seen.Add(value);
    }
}
