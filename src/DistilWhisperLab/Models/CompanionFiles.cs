using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Models;

/// <summary>
/// The files that stand beside the weights in a Hugging Face directory and say how to use them: what the tokens mean
/// to generation, how audio becomes input.
/// </summary>
public static class CompanionFiles
{
    private const string GenerationFile = "generation_config.json";

    // What a student takes over from its teacher's directory as it is; config.json and the weights are its own.
    private static readonly string[] Inherited =
    [
        "vocab.json", "merges.txt", "added_tokens.json", "tokenizer.json", "tokenizer_config.json",
        "special_tokens_map.json", "normalizer.json", GenerationFile, "preprocessor_config.json",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The keys of <c>config.json</c> that say which architecture this is and what its tokens mean.</summary>
    public static Dictionary<string, JsonElement> ConfigurationKeys(WhisperTokenizer tokenizer) =>
        ConfigurationKeys(tokenizer.EndOfText, tokenizer.StartOfTranscript);

    internal static Dictionary<string, JsonElement> ConfigurationKeys(int endOfText, int startOfTranscript) => new Dictionary<string, object>
    {
        ["architectures"] = new[] { "WhisperForConditionalGeneration" },
        ["model_type"] = "whisper",
        ["activation_function"] = "gelu",
        ["is_encoder_decoder"] = true,
        ["scale_embedding"] = false,
        ["tie_word_embeddings"] = true,
        ["dropout"] = 0.0,
        ["attention_dropout"] = 0.0,
        ["activation_dropout"] = 0.0,
        ["bos_token_id"] = endOfText,
        ["eos_token_id"] = endOfText,
        ["pad_token_id"] = endOfText,
        ["decoder_start_token_id"] = startOfTranscript,
    }.ToDictionary(k => k.Key, k => JsonSerializer.SerializeToElement(k.Value));

    /// <summary>Writes <c>generation_config.json</c> and <c>preprocessor_config.json</c> for a model made in the lab.</summary>
    public static void Write(string directory, WhisperConfig config, WhisperTokenizer tokenizer)
    {
        WriteJson(Path.Combine(directory, GenerationFile), new Dictionary<string, object>
        {
            ["bos_token_id"] = tokenizer.EndOfText,
            ["eos_token_id"] = tokenizer.EndOfText,
            ["pad_token_id"] = tokenizer.EndOfText,
            ["decoder_start_token_id"] = tokenizer.StartOfTranscript,
            ["no_timestamps_token_id"] = tokenizer.NoTimestamps,
            ["prev_sot_token_id"] = tokenizer.StartOfPrev,
            ["begin_suppress_tokens"] = new[] { tokenizer.Encode(" ")[0], tokenizer.EndOfText },
            ["suppress_tokens"] = tokenizer.SuppressedTokens,
            ["is_multilingual"] = tokenizer.IsMultilingual,
            ["max_initial_timestamp_index"] = 50,
            ["max_length"] = config.MaxTargetPositions,
            ["return_timestamps"] = false,
        });
        WriteJson(Path.Combine(directory, "preprocessor_config.json"), new Dictionary<string, object>
        {
            ["feature_extractor_type"] = "WhisperFeatureExtractor",
            ["processor_class"] = "WhisperProcessor",
            ["feature_size"] = config.MelBins,
            ["sampling_rate"] = LogMelSpectrogram.SampleRate,
            ["n_fft"] = LogMelSpectrogram.FftSize,
            ["hop_length"] = LogMelSpectrogram.HopLength,
            ["chunk_length"] = config.WindowSeconds,
            ["n_samples"] = config.WindowSamples,
            ["nb_max_frames"] = config.WindowFrames,
            ["padding_side"] = "right",
            ["padding_value"] = 0.0,
            ["return_attention_mask"] = false,
        });
    }

    /// <summary>
    /// Copies the files that a model shares with another of its vocabulary. The <c>alignment_heads</c> of
    /// <c>generation_config.json</c> are left out: they name heads of the other model's layers.
    /// </summary>
    /// <param name="from">The other model's directory; a file that it lacks is passed over.</param>
    /// <param name="to">The directory that receives them.</param>
    /// <exception cref="CheckpointException">The <c>generation_config.json</c> is no JSON object.</exception>
    public static void Copy(string from, string to)
    {
        foreach (var name in Inherited.Where(n => File.Exists(Path.Combine(from, n))))
        {
            var (source, target) = (Path.Combine(from, name), Path.Combine(to, name));
            if (name == GenerationFile)
            {
                WriteJson(target, WithoutAlignmentHeads(source));
            }
            else
            {
                AtomicFile.Write(target, stream => stream.Write(File.ReadAllBytes(source)));
            }
        }
    }

    private static JsonObject WithoutAlignmentHeads(string path)
    {
        try
        {
            var generation = (JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject)
                ?? throw new JsonException("no object");
            generation.Remove("alignment_heads");
            return generation;
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"{path} is not a generation configuration: it is no JSON object.", e);
        }
    }

    private static void WriteJson(string path, object value) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(value, Indented) + "\n");
}
