using System.CommandLine;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab transcribe</c>: recordings of any length to text, subtitles, tables or JSON.</summary>
internal static class TranscribeCommand
{
    private const string AllFormats = "all";

    public static Command Create()
    {
        var audio = new Argument<string[]>("audio")
        {
            Description = "Recordings, or directories of recordings.",
            Arity = ArgumentArity.OneOrMore,
        };
        var model = ModelOptions.Model();
        var device = ModelOptions.Device();
        var format = new Option<string>("--output-format")
        {
            Description = $"{string.Join(", ", TranscriptFormats.Names)}, or {AllFormats} of them.",
            DefaultValueFactory = _ => AllFormats,
        };
        format.AcceptOnlyFromAmong([.. TranscriptFormats.Names, AllFormats]);
        var directory = new Option<string>("--output-dir")
        {
            Description = "Where the transcripts go.",
            DefaultValueFactory = _ => ".",
        };
        var command = new Command("transcribe", "Transcribe recordings; a file that cannot be read is reported and the rest go on.")
        {
            audio, model, device, format, directory,
        };
        var how = new TranscribeOptions();
        how.AddTo(command);
        command.SetStoppableAction((parsed, stop) =>
        {
            var failed = false;
            var files = AudioInputs.Expand(parsed.GetRequiredValue(audio), Report);
            var names = AudioInputs.TranscriptNames(files);
            var formats = parsed.GetRequiredValue(format) is AllFormats ? TranscriptFormats.Names : [parsed.GetRequiredValue(format)];
            using var progress = new LabProgress();
            using var loaded = Transcriber.Load(
                parsed.GetRequiredValue(model), Devices.Choose(parsed.GetRequiredValue(device)), progress, stop);
            using var run = new TranscribeRun(loaded, how, parsed);
            foreach (var (file, name) in files.Zip(names))
            {
                stop.ThrowIfCancellationRequested();
                try
                {
                    var transcript = run.Transcribe(AudioFile.Load(file), new NamedProgress(progress, Path.GetFileName(file)), stop);
                    foreach (var one in formats)
                    {
                        var path = Path.Combine(parsed.GetRequiredValue(directory), $"{name}.{one}");
                        AtomicFile.WriteText(path, TranscriptFormats.Format(transcript, one));
                    }
                }
                catch (Exception e) when (e is LabException or IOException or UnauthorizedAccessException)
                {
                    progress.Dispose();
                    Report(e.Message);
                }
            }

            return failed ? 1 : 0;

            void Report(string message)
            {
                failed = true;
                Console.Error.WriteLine($"lab: {message}");
            }
        });
        return command;
    }

    /// <summary>One of the two algorithms, set up for all recordings.</summary>
    private sealed class TranscribeRun : IDisposable
    {
        private readonly IDisposable _owner;
        private readonly Func<AudioClip, IProgress<Progress>, CancellationToken, Transcription> _transcribe;

        public TranscribeRun(Transcriber loaded, TranscribeOptions how, ParseResult parsed)
        {
            var (model, tokenizer) = (loaded.Model, loaded.Tokenizer);
            var aligner = how.WordTimestamps(parsed)
                ? new WordAligner(model, tokenizer, loaded.AlignmentHeads)
                : null;
            if (how.IsChunked(parsed))
            {
                var options = how.Chunked(parsed, tokenizer);
                var chunked = new ChunkedTranscriber(model, tokenizer, aligner);
                (_owner, _transcribe) = (chunked, (clip, progress, stop) => chunked.Transcribe(clip, options, progress, stop));
            }
            else
            {
                var options = how.Sequential(parsed, tokenizer);
                var sequential = new SequentialTranscriber(model, tokenizer, aligner is null ? null : aligner.AddWords);
                (_owner, _transcribe) = (sequential, (clip, progress, stop) => sequential.Transcribe(clip, options, progress, stop));
            }
        }

        public Transcription Transcribe(AudioClip clip, IProgress<Progress> progress, CancellationToken stop) =>
            _transcribe(clip, progress, stop);

        public void Dispose() => _owner.Dispose();
    }

    /// <summary>Says which recording the progress is of.</summary>
    private sealed class NamedProgress(IProgress<Progress> progress, string name) : IProgress<Progress>
    {
        public void Report(Progress value) => progress.Report(value with { Description = name });
    }
}
