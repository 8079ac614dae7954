using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Tests.Audio.Acoustics;

public class RoomResponseTests
{
    [Theory]
    [InlineData(0.2, 0.5)]
    [InlineData(0.4, 2)]
    [InlineData(0.8, 1)]
    [InlineData(0.8, 6)]
    [InlineData(1.5, 4)]
    public void Sound_dies_away_in_the_time_asked_for(double rt60, double distance)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            Assert.InRange(Schroeder(RoomResponse.Simulate(rt60, distance, new Random(seed))) / rt60, 0.75, 1.25);
        }
    }

    [Fact]
    public void The_direct_sound_comes_first_with_gain_one_and_nothing_is_louder()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var response = RoomResponse.Simulate(0.5, 2, new Random(seed));
            Assert.Equal(8000, response.Length);
            Assert.Equal(1, response[0]);
            Assert.All(response.Skip(SincReach), sample => Assert.InRange(sample, -1.5, 1.5));
        }
    }

    [Fact]
    public void The_farther_the_talker_the_more_room_is_heard()
    {
        double[] shares = [.. new[] { 0.3, 1, 3 }.Select(distance => Enumerable.Range(0, 10)
            .Average(seed => Level.Power(RoomResponse.Simulate(0.6, distance, new Random(seed)).AsSpan(1))))];
        Assert.InRange(shares[1] / shares[0], 3, 30);
        Assert.InRange(shares[2] / shares[1], 3, 30);
    }

    [Fact]
    public void The_images_and_the_noise_after_them_join_without_a_step()
    {
        // Both sides of 50 ms, averaged over rooms, less the 6 dB that 20 ms of RT60 0.2 s take.
        var (before, after) = (0d, 0d);
        for (var seed = 0; seed < 40; seed++)
        {
            var response = RoomResponse.Simulate(0.2, 2, new Random(seed));
            before += Level.Power(response.AsSpan(480, 320));
            after += Level.Power(response.AsSpan(800, 320));
        }

        Assert.InRange(Level.Decibel(before / after) - 6, -2.5, 2.5);
    }

    [Fact]
    public void The_same_seed_gives_the_same_room() =>
        Assert.Equal(RoomResponse.Simulate(0.5, 2, new Random(3)), RoomResponse.Simulate(0.5, 2, new Random(3)));

    [Fact]
    public void A_room_needs_a_time_and_a_distance()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RoomResponse.Simulate(0, 1, new Random(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoomResponse.Simulate(1, 0, new Random(1)));
    }

    private const int SincReach = 8;

    /// <summary>Reverberation time by backward integration (Schroeder 1965): three times the fall from -5 to -25 dB.</summary>
    private static double Schroeder(float[] response)
    {
        var energy = new double[response.Length + 1];
        for (var i = response.Length - 1; i >= 1; i--)
        {
            energy[i] = energy[i + 1] + (double)response[i] * response[i];
        }

        var first = Array.FindIndex(energy, 1, e => e < energy[1] * Math.Pow(10, -0.5));
        var last = Array.FindIndex(energy, 1, e => e < energy[1] * Math.Pow(10, -2.5));
        return 3 * (last - first) / 16000.0;
    }
}
