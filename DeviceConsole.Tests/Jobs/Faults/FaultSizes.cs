namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>Small sizes that can still fail, or the named ones with DEVICECONSOLE_TEST_FULL=1.</summary>
internal static class FaultSizes
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1";

    public static T Of<T>(T small, T full) => Full ? full : small;
}
