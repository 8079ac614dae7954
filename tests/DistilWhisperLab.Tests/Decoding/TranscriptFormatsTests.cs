using System.Globalization;
using System.Text.Json;
using DistilWhisperLab.Decoding;

namespace DistilWhisperLab.Tests.Decoding;

public class TranscriptFormatsTests
{
    private static readonly Transcription Plain = new(" Hello. A --> B\tC. Übung", "en",
    [
        new Segment(0, 0, 3.2, " Hello.", [50364, 2425, 13, 50524], 0, -0.25, 0.75, 0.125),
        new Segment(0, 3.2, 61.5, " A --> B\tC.", [1, 2], 0.2, -0.5, 1.5, 0.5),
        new Segment(360000, 3600, 3661.0006, " Übung", [], 0, -1, 1, 0),
    ]);

    private static readonly Transcription WithWords = Plain with
    {
        Segments =
        [
            Plain.Segments[0] with { Words = [new Word(" Hel", 0.5, 0.75, 0.5), new Word("lo.", 0.75, 1.25, 1)] },
            Plain.Segments[1] with { Words = [] },
        ],
    };

    [Fact]
    public void Txt_has_a_line_a_segment() =>
        Assert.Equal("Hello.\nA --> B\tC.\nÜbung\n", TranscriptFormats.ToTxt(Plain));

    [Fact]
    public void Vtt_has_hours_only_where_there_are_some_and_no_arrow_in_the_text() =>
        Assert.Equal(
            "WEBVTT\n\n00:00.000 --> 00:03.200\nHello.\n\n00:03.200 --> 01:01.500\nA -> B\tC.\n\n"
            + "01:00:00.000 --> 01:01:01.001\nÜbung\n\n",
            TranscriptFormats.ToVtt(Plain));

    [Fact]
    public void Srt_is_numbered_and_always_has_hours_and_commas() =>
        Assert.Equal(
            "1\n00:00:00,000 --> 00:00:03,200\nHello.\n\n2\n00:00:03,200 --> 00:01:01,500\nA -> B\tC.\n\n"
            + "3\n01:00:00,000 --> 01:01:01,001\nÜbung\n\n",
            TranscriptFormats.ToSrt(Plain));

    [Fact]
    public void Tsv_has_milliseconds_and_no_tab_in_the_text() =>
        Assert.Equal(
            "start\tend\ttext\n0\t3200\tHello.\n3200\t61500\tA --> B C.\n3600000\t3661001\tÜbung\n",
            TranscriptFormats.ToTsv(Plain));

    [Fact]
    public void Json_has_the_references_fields_in_its_order() =>
        Assert.Equal(
            """{"text":" Hello. A --> B\tC. Übung","language":"en","segments":["""
            + """{"id":0,"seek":0,"start":0,"end":3.2,"text":" Hello.","tokens":[50364,2425,13,50524],"temperature":0,"avg_logprob":-0.25,"compression_ratio":0.75,"no_speech_prob":0.125},"""
            + """{"id":1,"seek":0,"start":3.2,"end":61.5,"text":" A --> B\tC.","tokens":[1,2],"temperature":0.2,"avg_logprob":-0.5,"compression_ratio":1.5,"no_speech_prob":0.5},"""
            + """{"id":2,"seek":360000,"start":3600,"end":3661.0006,"text":" Übung","tokens":[],"temperature":0,"avg_logprob":-1,"compression_ratio":1,"no_speech_prob":0}"""
            + "]}\n",
            TranscriptFormats.ToJson(Plain));

    [Fact]
    public void Word_times_go_into_the_json_and_bound_the_subtitles()
    {
        using var json = JsonDocument.Parse(TranscriptFormats.ToJson(WithWords));
        var segments = json.RootElement.GetProperty("segments");
        Assert.Equal(
            """[{"word":" Hel","start":0.5,"end":0.75,"probability":0.5},{"word":"lo.","start":0.75,"end":1.25,"probability":1}]""",
            segments[0].GetProperty("words").GetRawText());
        Assert.Equal(0, segments[1].GetProperty("words").GetArrayLength());
        Assert.Equal("WEBVTT\n\n00:00.500 --> 00:01.250\nHello.\n\n", TranscriptFormats.ToVtt(WithWords));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var expected = TranscriptFormats.Names.Select(name => TranscriptFormats.Format(Plain, name)).ToList();
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NegativeSign) = (",", "−");
            CultureInfo.CurrentCulture = german;
            Assert.Equal(expected, TranscriptFormats.Names.Select(name => TranscriptFormats.Format(Plain, name)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_format_that_does_not_exist_is_refused() =>
        Assert.Contains("docx", Assert.Throws<LabException>(() => TranscriptFormats.Format(Plain, "docx")).Message);

    [Fact]
    public void Silence_gives_files_without_entries()
    {
        var silence = new Transcription("", "en", []);
        Assert.Equal(
            ["", "WEBVTT\n\n", "", "start\tend\ttext\n", """{"text":"","language":"en","segments":[]}""" + "\n"],
            TranscriptFormats.Names.Select(name => TranscriptFormats.Format(silence, name)));
    }
}
