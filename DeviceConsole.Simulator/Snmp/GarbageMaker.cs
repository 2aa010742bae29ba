namespace DeviceConsole.Simulator.Snmp;

/// <summary>Makes bytes that are no valid answer: noise, an answer cut short, or one whose inside is broken.</summary>
internal static class GarbageMaker
{
    public static byte[] Spoil(byte[] answer, uint draw)
    {
        var random = new Random(unchecked((int)draw));
        switch (draw % 3)
        {
            case 0:
                var noise = new byte[random.Next(1, 200)];
                random.NextBytes(noise);
                return noise;
            case 1:
                return answer[..random.Next(1, answer.Length)];
            default:
                // The frame and the id are whole, the variables are not.
                var broken = (byte[])answer.Clone();
                broken.AsSpan(broken.Length * 2 / 3).Fill(0xff);
                return broken;
        }
    }
}
