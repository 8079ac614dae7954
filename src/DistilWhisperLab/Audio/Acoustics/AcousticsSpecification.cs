using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>How recordings of a domain sound; all members may be left out. Ranges are [low, high], drawn from evenly.</summary>
public sealed record AcousticsSpecification
{
    private const double HalfRate = LogMelSpectrogram.SampleRate / 2;

    /// <summary>What the recording keeps, in Hz; null for all.</summary>
    public double[]? Band { get; init; }

    /// <summary>Whether it went over a telephone line (<see cref="Acoustics.Telephone"/>).</summary>
    public bool Telephone { get; init; }

    /// <summary>The rooms; null for none, as with a microphone at the lips.</summary>
    public RoomSpecification? Room { get; init; }

    /// <summary>What else is heard; a scene may have several at once.</summary>
    public IReadOnlyList<BackgroundSpecification> Backgrounds { get; init; } = [];

    /// <summary>Overdriven microphones; null for none.</summary>
    public ClippingSpecification? Clipping { get; init; }

    /// <summary>The active speech's rms in dBFS (<see cref="Level.ActivePower"/>), before backgrounds and clipping.</summary>
    public double[] Level { get; init; } = [-26, -18];

    /// <summary>What is out of range, named as in the JSON, or null.</summary>
    public string? Fault()
    {
        var fault = SpecificationRange.Fault(Level, -60, -10, "level") ?? BandFault() ?? RoomFault() ?? ClippingFault();
        if (fault is null && Backgrounds is null)
        {
            return "backgrounds must be a list";
        }

        return fault ?? Backgrounds.Select(BackgroundFault).FirstOrDefault(f => f is not null);
    }

    /// <summary>What reaches the listener, in Hz, or null for all: <see cref="Band"/> within the telephone's.</summary>
    internal (double Low, double High)? Heard() => (Band, Telephone) switch
    {
        ([var low, var high], true) => (Math.Max(low, Acoustics.Telephone.Low), Math.Min(high, Acoustics.Telephone.High)),
        ([var low, var high], false) => (low, high),
        (_, true) => (Acoustics.Telephone.Low, Acoustics.Telephone.High),
        _ => null,
    };

    private string? BandFault()
    {
        var fault = Band is null ? null : SpecificationRange.Fault(Band, 0, HalfRate, "band");
        return fault is null && Heard() is { } heard && heard.Low >= heard.High
            ? "band must leave something to hear, on a telephone between 300 and 3400 Hz"
            : fault;
    }

    private string? RoomFault() => Room is null ? null
        : Share(Room.Share, "room.share")
            ?? SpecificationRange.Fault(Room.ReverberationSeconds, 0.05, 5, "room.reverberationSeconds")
            ?? SpecificationRange.Fault(Room.Distance, 0.05, 30, "room.distance");

    private string? ClippingFault() => Clipping is null ? null
        : Share(Clipping.Share, "clipping.share") ?? SpecificationRange.Fault(Clipping.Excess, 0, 40, "clipping.excess");

    private static string? BackgroundFault(BackgroundSpecification background, int index)
    {
        var name = $"backgrounds[{index}]";
        if (background?.Kind is not { } kind || (kind != Babble.Kind && !Noise.Kinds.Contains(kind)))
        {
            return $"{name}.kind is \"{background?.Kind}\", but there are {string.Join(", ", Noise.Kinds)} and {Babble.Kind}";
        }

        return Share(background.Share, $"{name}.share") ?? SpecificationRange.Fault(background.Snr, -30, 100, $"{name}.snr");
    }

    private static string? Share(double share, string name) =>
        share is >= 0 and <= 1 ? null : $"{name} is {share}, but a share lies in 0 to 1";
}

/// <summary>The rooms of a domain (<see cref="RoomResponse"/>).</summary>
/// <param name="Share">The share of scenes in such a room.</param>
/// <param name="ReverberationSeconds">RT60, [low, high].</param>
/// <param name="Distance">Talker to microphone in metres, [low, high].</param>
public sealed record RoomSpecification(double Share, double[] ReverberationSeconds, double[] Distance);

/// <summary>A background of a domain.</summary>
/// <param name="Kind">One of <see cref="Noise.Kinds"/> or <see cref="Babble.Kind"/>.</param>
/// <param name="Share">The share of scenes that have it.</param>
/// <param name="Snr">The active speech's power over the background's in dB, [low, high], within the band that is heard.</param>
public sealed record BackgroundSpecification(string Kind, double Share, double[] Snr);

/// <summary>Overdriven microphones of a domain.</summary>
/// <param name="Share">The share of scenes with one.</param>
/// <param name="Excess">How far an utterance's peak lies over what the microphone can carry, in dB, [low, high].</param>
public sealed record ClippingSpecification(double Share, double[] Excess);
