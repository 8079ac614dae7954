using System.Text.Json.Serialization;

namespace DistilWhisperLab.Evaluation;

/// <summary>What a test set is to a student: seen domain or not, single utterances or long recordings.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SetKind>))]
public enum SetKind
{
    /// <summary>Utterances of a domain that students are trained on ("in distribution").</summary>
    [JsonStringEnumMemberName("id")]
    Id,

    /// <summary>Utterances of a domain that they never hear ("out of distribution").</summary>
    [JsonStringEnumMemberName("ood")]
    Ood,

    /// <summary>Long recordings of a domain that students are trained on.</summary>
    [JsonStringEnumMemberName("long-id")]
    LongId,

    /// <summary>Long recordings of a domain that they never hear.</summary>
    [JsonStringEnumMemberName("long-ood")]
    LongOod,
}
