using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class TeacherWindowTests
{
    private const int Window = 12800; // 0.8 s

    [Fact]
    public void A_sequence_has_each_utterance_between_its_times_and_only_the_beginning_of_one_that_is_cut_off()
    {
        var examples = SmallTeacher.Examples();
        var tokenizer = SmallTeacher.Tokenizer;
        PlacedSpeech first = new(examples[0], 1, 320), second = new(examples[1], 1, 6400), cut = new(examples[2], 1, 11200);
        string Text(TeacherWindow window)
        {
            var sequence = window.Sequence(tokenizer, Window);
            Assert.Equal(tokenizer.StartOfTranscript, sequence[0]);
            Assert.Equal(!window.Timestamps, sequence[1] == tokenizer.NoTimestamps);
            Assert.Equal(tokenizer.EndOfText, sequence[^1]);
            return tokenizer.DecodeWithTimestamps(sequence);
        }

        Assert.Equal(
            "<|0.02|> one two<|0.28|><|0.40|> four<|0.66|><|0.70|>",
            Text(new TeacherWindow([first, second], cut, Timestamps: true)));
        Assert.Equal(" one two four", Text(new TeacherWindow([first, second], null, Timestamps: false)));
        Assert.Equal("<|0.00|>", Text(new TeacherWindow([], null, Timestamps: true)));
        Assert.Equal("", Text(new TeacherWindow([], null, Timestamps: false)));
    }

    [Fact]
    public void A_prompt_is_the_end_of_the_text_before_in_half_of_the_positions_and_what_is_left()
    {
        var tokenizer = SmallTeacher.Tokenizer;
        var before = SmallTeacher.Examples().Take(2).ToList();
        int[] text = [.. before.SelectMany(example => example.Tokens)];
        var window = new TeacherWindow([], null, Timestamps: false) { Before = before };

        Assert.Equal([tokenizer.StartOfPrev, .. text], window.Prompt(tokenizer, own: 3, positions: 100));
        Assert.Equal([tokenizer.StartOfPrev, .. text[^2..]], window.Prompt(tokenizer, own: 3, positions: 6));
        Assert.Equal([tokenizer.StartOfPrev, text[^1]], window.Prompt(tokenizer, own: 9, positions: 10));
        Assert.Empty(window.Prompt(tokenizer, own: 10, positions: 10));
        Assert.Empty((window with { Before = [] }).Prompt(tokenizer, own: 3, positions: 100));
        Assert.Equal(
            "<|0.00|> one two<|0.24|><|0.00|> four<|0.26|>",
            tokenizer.DecodeWithTimestamps([.. (window with { Timestamps = true }).Prompt(tokenizer, 3, 100).Skip(1)]));
    }

    [Fact]
    public void The_text_before_a_window_is_that_of_its_recording()
    {
        var (planner, examples) = Planner(SmallTeacher.Settings with { WindowSeconds = 2, PreviousTextProbability = 1, SpeechlessShare = 0 });
        var counts = new HashSet<int>();
        for (var seed = 0; seed < 20; seed++)
        {
            foreach (var (window, anchor) in planner.Joined([0, 1, 5], new Random(seed)).Windows.Zip([0, 1, 5]))
            {
                var recording = examples.Where(e => e.Recording == examples[anchor].Recording && e.Position < examples[anchor].Position);
                Assert.Equal(recording.TakeLast(window.Before.Count), window.Before);
                Assert.Equal(recording.Any(), window.Before.Count > 0);
                counts.Add(window.Before.Count);
            }
        }

        Assert.True(counts.Count > 2, $"The prompts hold {string.Join(" or ", counts)} utterances.");

        (planner, _) = Planner(SmallTeacher.Settings with { WindowSeconds = 2, PreviousTextProbability = 0 });
        Assert.All(planner.Joined([1, 5], new Random(1)).Windows, window => Assert.Empty(window.Before));
    }

    [Fact]
    public void Joined_windows_hold_consecutive_utterances_of_a_recording_within_the_window()
    {
        var (planner, examples) = Planner(SmallTeacher.Settings with { WindowSeconds = 2, SingleShare = 0, SpeechlessShare = 0 });
        const int wholeWindow = 32000;
        var several = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var (windows, samples) = planner.Joined([0, 4, 8], new Random(seed));
            Assert.Equal(wholeWindow, samples);
            foreach (var (window, anchor) in windows.Zip([0, 4, 8]))
            {
                Assert.Same(examples[anchor], window.Speech[0].Example);
                Assert.All(window.Speech.Zip(window.Speech.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
                Assert.True(window.Speech[^1].To <= wholeWindow);
                Assert.True(window.CutOff is null || (window.Timestamps && window.CutOff.From < wholeWindow && window.CutOff.To > wholeWindow));
                several += window.Speech.Count > 1 ? 1 : 0;
                if (window.Speech.Count > 1 && anchor != 8)
                {
                    Assert.Same(examples[anchor + 1], window.Speech[1].Example);
                }
            }
        }

        Assert.True(several > 50, $"{several} of 150 windows hold several utterances.");
    }

    [Fact]
    public void Half_of_all_windows_have_timestamps_of_what_kind_they_may_be()
    {
        foreach (var speechless in (double[])[0, 1])
        {
            var (planner, _) = Planner(SmallTeacher.Settings with { WindowSeconds = 2, SpeechlessShare = speechless });
            var windows = Enumerable.Range(0, 150).SelectMany(seed => planner.Joined([0, 1, 5, 8], new Random(seed)).Windows
                .Concat(planner.Single([0, 1, 5, 8], new Random(seed)).Windows)).ToList();
            // Of 1,200 windows two standard deviations are 0.03.
            Assert.InRange(windows.Average(w => w.Timestamps ? 1.0 : 0), 0.46, 0.54);
        }
    }

    [Fact]
    public void Utterances_as_long_as_the_window_are_never_slowed_down_beyond_it()
    {
        var example = SmallTeacher.Examples()[0] with { Samples = SmallTeacher.Audio.Add(new float[Window]) };
        var planner = new TeacherWindowPlanner(
            SmallTeacher.Settings with { SpeedShare = 1 }, SmallTeacher.Settings.StartModel(SmallTeacher.Tokenizer).Config, [example]);
        for (var seed = 0; seed < 20; seed++)
        {
            Assert.All(planner.Joined([0], new Random(seed)).Windows[0].Speech, s => Assert.InRange(s.To, 1, Window));
            Assert.InRange(planner.Single([0], new Random(seed)).Samples, 0, Window);
        }
    }

    [Fact]
    public void Batches_depend_on_their_number_alone_and_silence_teaches_no_speech()
    {
        var settings = SmallTeacher.Settings with { SpeechlessShare = 1 };
        using var model = settings.StartModel(SmallTeacher.Tokenizer);
        using var batches = new TeacherBatches(settings, model.Config, SmallTeacher.Tokenizer, SmallTeacher.Examples());
        using var again = new TeacherBatches(settings, model.Config, SmallTeacher.Tokenizer, SmallTeacher.Examples());
        foreach (var update in (int[])[0, 5, 11])
        {
            using TeacherBatch one = batches.Make(update), other = again.Make(update);
            Assert.True(one.Features.eq(other.Features).all().item<bool>());
            Assert.Equal(one.Letters.data<long>(), other.Letters.data<long>());
            if (one.Tokens is not null)
            {
                long[] each = [SmallTeacher.Tokenizer.NoSpeech, SmallTeacher.Tokenizer.EndOfText];
                Assert.Equal([.. each, .. each, .. each, .. each], one.Tokens.Targets.data<long>());
            }
        }
    }

    private static (TeacherWindowPlanner Planner, IReadOnlyList<SpeechExample> Examples) Planner(TeacherSettings settings)
    {
        var examples = SmallTeacher.Examples();
        using var model = settings.StartModel(SmallTeacher.Tokenizer);
        return (new TeacherWindowPlanner(settings, model.Config, examples), examples);
    }
}
