using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DistilWhisperLab.Decoding;

/// <summary>Transcripts as files, as openai-whisper's <c>ResultWriter</c>s format them. Lines end with a line feed.</summary>
public static class TranscriptFormats
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Dictionary<string, Func<Transcription, string>> Writers = new()
    {
        ["txt"] = ToTxt,
        ["vtt"] = ToVtt,
        ["srt"] = ToSrt,
        ["tsv"] = ToTsv,
        ["json"] = ToJson,
    };

    /// <summary>The formats' names, which are the files' extensions: txt, vtt, srt, tsv, json.</summary>
    public static IReadOnlyCollection<string> Names => Writers.Keys;

    /// <summary>The transcript in a format.</summary>
    /// <exception cref="LabException">There is no such format.</exception>
    public static string Format(Transcription transcript, string format) => Writers.TryGetValue(format, out var write)
        ? write(transcript)
        : throw new LabException($"The format \"{format}\" is not known; use {string.Join(", ", Names)}.");

    /// <summary>A line of text a segment.</summary>
    public static string ToTxt(Transcription transcript) =>
        string.Concat(transcript.Segments.Select(s => s.Text.Trim() + "\n"));

    /// <summary>WebVTT subtitles, hours only where there are some.</summary>
    public static string ToVtt(Transcription transcript)
    {
        var text = new StringBuilder("WEBVTT\n\n");
        foreach (var (start, end, line) in Cues(transcript))
        {
            text.Append($"{Clock(start)} --> {Clock(end)}\n{line}\n\n");
        }

        return text.ToString();

        static string Clock(double seconds) => Timestamp(seconds, '.', alwaysHours: false);
    }

    /// <summary>SubRip subtitles, numbered from 1.</summary>
    public static string ToSrt(Transcription transcript)
    {
        var text = new StringBuilder();
        var number = 0;
        foreach (var (start, end, line) in Cues(transcript))
        {
            text.Append(CultureInfo.InvariantCulture, $"{++number}\n{Clock(start)} --> {Clock(end)}\n{line}\n\n");
        }

        return text.ToString();

        static string Clock(double seconds) => Timestamp(seconds, ',', alwaysHours: true);
    }

    /// <summary>Start and end in milliseconds and the text, parted by tabs, under a line of headings.</summary>
    public static string ToTsv(Transcription transcript)
    {
        var text = new StringBuilder("start\tend\ttext\n");
        foreach (var segment in transcript.Segments)
        {
            var line = segment.Text.Trim().Replace('\t', ' ');
            text.Append(CultureInfo.InvariantCulture, $"{Milliseconds(segment.Start)}\t{Milliseconds(segment.End)}\t{line}\n");
        }

        return text.ToString();
    }

    /// <summary>Everything, under openai-whisper's names; <c>words</c> only where there are word times.</summary>
    public static string ToJson(Transcription transcript) => JsonSerializer.Serialize(
        new
        {
            text = transcript.Text,
            language = transcript.Language,
            segments = transcript.Segments.Select((segment, id) => new
            {
                id,
                seek = segment.Seek,
                start = segment.Start,
                end = segment.End,
                text = segment.Text,
                tokens = segment.Tokens,
                temperature = segment.Temperature,
                avg_logprob = segment.AverageLogProbability,
                compression_ratio = segment.CompressionRatio,
                no_speech_prob = segment.NoSpeechProbability,
                words = segment.Words?.Select(word => new
                {
                    word = word.Text,
                    start = word.Start,
                    end = word.End,
                    probability = word.Probability,
                }),
            }),
        },
        Json) + "\n";

    // A segment whose words are known is shown from its first to its last word; without any word it is not shown.
    private static IEnumerable<(double Start, double End, string Text)> Cues(Transcription transcript) =>
        transcript.Segments
            .Where(s => s.Words is not { Count: 0 })
            .Select(s => (
                s.Words?[0].Start ?? s.Start,
                s.Words?[^1].End ?? s.End,
                (s.Words is null ? s.Text : string.Concat(s.Words.Select(w => w.Text))).Trim().Replace("-->", "->")));

    private static string Timestamp(double seconds, char point, bool alwaysHours)
    {
        var milliseconds = Milliseconds(seconds);
        var hours = milliseconds / 3_600_000;
        var rest = string.Create(
            CultureInfo.InvariantCulture,
            $"{milliseconds / 60_000 % 60:00}:{milliseconds / 1000 % 60:00}{point}{milliseconds % 1000:000}");
        return alwaysHours || hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours:00}:{rest}") : rest;
    }

    private static long Milliseconds(double seconds) => (long)Math.Round(seconds * 1000);
}
