namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>
/// What is known of an authoritative engine: its ID, and its boots and time when <paramref name="Stamp"/> was read from a monotonic
/// clock (RFC 3414 §2.3). Immutable.
/// </summary>
/// <param name="Id">The engine ID.</param>
/// <param name="Boots">snmpEngineBoots.</param>
/// <param name="Time">snmpEngineTime at the stamp, in seconds.</param>
/// <param name="Stamp">A timestamp of the client's clock.</param>
/// <param name="IsAuthentic">True where boots and time came in an authenticated message; others are a guess that the next authenticated message replaces.</param>
internal sealed record EngineClock(byte[] Id, int Boots, int Time, long Stamp, bool IsAuthentic)
{
    /// <summary>Seconds that a message's time may differ (RFC 3414 §2.2.3).</summary>
    public const int Window = 150;

    /// <summary>The engine's time now.</summary>
    public int TimeAt(TimeProvider clock) => (int)Math.Min(int.MaxValue, Time + (long)clock.GetElapsedTime(Stamp).TotalSeconds);

    /// <summary>True where an authenticated message with these is no replay (RFC 3414 §3.2 step 7b).</summary>
    public bool IsTimely(int boots, int time, TimeProvider clock) =>
        !IsAuthentic || (boots >= Boots && boots != int.MaxValue && (boots > Boots || time >= TimeAt(clock) - Window));

    /// <summary>What is known after an authenticated message: boots and time never go back.</summary>
    public EngineClock After(int boots, int time, TimeProvider clock) =>
        IsAuthentic && (boots < Boots || (boots == Boots && time <= TimeAt(clock))) ? this : new EngineClock(Id, boots, time, clock.GetTimestamp(), true);
}
