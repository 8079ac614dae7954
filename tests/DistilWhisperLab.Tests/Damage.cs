namespace DistilWhisperLab.Tests;

/// <summary>What may befall a file: bits flipped, bytes lost, bytes twice, an early end.</summary>
internal static class Damage
{
    /// <summary>A copy with one to seven such faults, half of them within its first bytes, where headers are.</summary>
    public static byte[] To(byte[] valid, Random random, int headBytes)
    {
        var bytes = valid.ToList();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            // Half of the damage goes where the headers are.
            var at = random.Next(2) == 0 ? random.Next(bytes.Count) : random.Next(Math.Min(bytes.Count, headBytes));
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = random.Next(2) == 0 ? byte.MaxValue : byte.MinValue;
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(random.Next(1, 40), bytes.Count)));
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : 0);
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes];
    }
}
