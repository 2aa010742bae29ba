namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// Finding whose answer an unreadable datagram was meant to be means looking at everybody who waits; a flood must not pay for that.
/// </summary>
internal sealed class GarbageWatch
{
    private const int LooksPerSecond = 50;

    private long second;
    private int looks;

    /// <summary>True where another look is affordable. Called by one thread.</summary>
    public bool ShouldLook()
    {
        var now = Environment.TickCount64 / 1000;
        if (now != second)
        {
            second = now;
            looks = 0;
        }

        return looks++ < LooksPerSecond;
    }
}
