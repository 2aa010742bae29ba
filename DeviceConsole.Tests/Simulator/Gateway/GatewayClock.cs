namespace DeviceConsole.Tests.Simulator.Gateway;

/// <summary>A clock that the test moves.</summary>
public sealed class GatewayClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan span) => now += span;
}
