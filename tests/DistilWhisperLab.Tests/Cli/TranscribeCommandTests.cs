using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Cli;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Cli;

public sealed class TranscribeCommandTests : IDisposable
{
    private static readonly string Teacher = Path.Combine(LabPaths.Data, "teacher");
    private static readonly Corpus Corpus = Corpus.Shipped("test").Take(6);

    private readonly string _folder = Directory.CreateTempSubdirectory("lab-transcribe-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_recording_longer_than_the_window_is_written_in_every_format_with_word_times()
    {
        var spoken = Speak("speech.wav", 0, 1, 2);
        Assert.Equal(0, await Run(At("speech.wav"), "--word-timestamps"));
        using var json = JsonDocument.Parse(Read("speech.json"));
        Assert.Equal("en", json.RootElement.GetProperty("language").GetString());
        var text = json.RootElement.GetProperty("text").GetString()!;
        Assert.True(Rate(spoken, text) < 90, text);
        var segments = json.RootElement.GetProperty("segments").EnumerateArray().ToList();
        Assert.Equal(text, string.Concat(segments.Select(s => s.GetProperty("text").GetString())));
        Assert.Equal(segments.Select(s => s.GetProperty("text").GetString()!.Trim()), Read("speech.txt").Split('\n')[..^1]);
        Assert.Equal(segments.Count + 2, Read("speech.tsv").Split('\n').Length);
        Assert.Equal(segments.Count(s => s.GetProperty("words").GetArrayLength() > 0), Read("speech.srt").Split(" --> ").Length - 1);
        Assert.StartsWith("WEBVTT\n\n00:0", Read("speech.vtt"));
        var end = 0.0;
        foreach (var word in segments.SelectMany(s => s.GetProperty("words").EnumerateArray()))
        {
            Assert.InRange(word.GetProperty("start").GetDouble(), end - 0.5, 20);
            end = word.GetProperty("end").GetDouble();
        }

        Assert.InRange(end, 5, 9);
    }

    [Fact]
    public async Task The_chunked_algorithm_writes_the_text_too()
    {
        var spoken = Speak("speech.wav", 0, 1, 2);
        Assert.Equal(0, await Run(At("speech.wav"), "--algorithm", "chunked", "--chunk-length", "3.5", "--batch-size", "2", "--word-timestamps", "--output-format", "json"));
        using var json = JsonDocument.Parse(Read("speech.json"));
        var text = json.RootElement.GetProperty("text").GetString()!;
        Assert.True(Rate(spoken, text) < 90, text);
        var words = json.RootElement.GetProperty("segments").EnumerateArray().SelectMany(s => s.GetProperty("words").EnumerateArray()).ToList();
        Assert.Equal(text, string.Concat(words.Select(w => w.GetProperty("word").GetString())));
        Assert.InRange(words[^1].GetProperty("end").GetDouble(), 5, 9);
        Assert.Equal(["speech.json", "speech.wav"], Files());
    }

    [Fact]
    public async Task What_cannot_be_read_is_reported_and_the_rest_go_on()
    {
        Speak("good.wav", 0);
        File.WriteAllText(At("bad.wav"), "no wave");
        Assert.Equal(1, await Run(At("bad.wav"), At("missing.wav"), At("good.wav"), "--output-format", "txt"));
        Assert.Equal(["bad.wav", "good.txt", "good.wav"], Files());
    }

    [Fact]
    public async Task A_directory_stands_for_the_audio_files_in_it_and_shared_stems_keep_their_full_name()
    {
        Speak("a.wav", 0);
        File.Copy(At("a.wav"), At("a.WAVE"));
        Speak("b.wav", 1);
        File.WriteAllText(At("notes.md"), "no audio");
        var output = At("out");
        Assert.Equal(0, await Run(_folder, At("b.wav"), "--output-format", "txt", "--output-dir", output));
        Assert.Equal(["a.WAVE.txt", "a.wav.txt", "b.txt"], Files("out"));
        Assert.Equal(File.ReadAllText(Path.Combine(output, "a.wav.txt")), File.ReadAllText(Path.Combine(output, "a.WAVE.txt")));
    }

    [Fact]
    public void Recordings_that_would_share_a_transcript_are_refused() =>
        Assert.Contains("--output-dir", Assert.Throws<LabException>(() => AudioInputs.TranscriptNames(["x/a.wav", "y/a.wav"])).Message);

    [Fact]
    public async Task An_empty_directory_is_an_error() => Assert.Equal(1, await Run(_folder));

    [Theory]
    [InlineData("--language", "de")]
    [InlineData("--task", "translate")]
    [InlineData("--beam-size", "5", "--patience", "-1")]
    [InlineData("--algorithm", "chunked", "--chunk-length", "30")]
    public async Task What_the_model_cannot_do_is_an_error(params string[] options)
    {
        Speak("a.wav", 0);
        Assert.Equal(1, await Run([At("a.wav"), .. options]));
        Assert.Equal(["a.wav"], Files());
    }

    [Theory]
    [InlineData("--task", "sing")]
    [InlineData("--language", "klingon")]
    [InlineData("--output-format", "docx")]
    [InlineData("--temperature", "warm")]
    [InlineData("--temperature-increment-on-fallback", "0")]
    [InlineData("--suppress-tokens", "a,b")]
    [InlineData("--clip-timestamps", "1,-2")]
    [InlineData("--chunk-length", "10")]
    [InlineData("--batch-size", "2")]
    [InlineData("--algorithm", "chunked", "--batch-size", "0")]
    [InlineData("--algorithm", "chunked", "--clip-timestamps", "1,2")]
    [InlineData("--algorithm", "chunked", "--condition-on-previous-text", "false")]
    public async Task Wrong_options_are_wrong_usage(params string[] options) =>
        Assert.Equal(2, await Run(["a.wav", .. options]));

    [Fact]
    public async Task Without_a_model_or_a_recording_it_is_wrong_usage()
    {
        Assert.Equal(2, await Program.Main(["transcribe", "a.wav"]));
        Assert.Equal(2, await Run());
    }

    private Task<int> Run(params string[] arguments)
    {
        string[] output = arguments.Contains("--output-dir") ? [] : ["--output-dir", _folder];
        return Program.Main(["transcribe", .. arguments, "--model", Teacher, "--device", "cpu", .. output]);
    }

    private string Speak(string name, params int[] utterances)
    {
        var samples = utterances.SelectMany(u => Corpus.Audio(Corpus.Utterances[u]).Samples.Concat(new float[3200]));
        AudioFile.SaveWav(At(name), new AudioClip([.. samples], 16000));
        return string.Join(' ', utterances.Select(u => Corpus.Utterances[u].Text));
    }

    // The teacher of the lab errs; something that was said is in what it writes.
    private static double Rate(string spoken, string text)
    {
        var normalizer = new EnglishNormalizer();
        return WordErrors.Align(normalizer.Normalize(spoken), normalizer.Normalize(text)).Rate;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Read(string name) => File.ReadAllText(At(name));

    private IEnumerable<string> Files(string folder = ".") =>
        Directory.GetFiles(At(folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
