namespace DeviceConsole.Core.Alarms;

/// <summary>The rules that every tenant begins with. A tenant may change each of them and go back to it.</summary>
public static class BuiltInAlarmRules
{
    // snmpTraps of RFC 3418 and RFC 2863.
    private const string ColdStart = "1.3.6.1.6.3.1.1.5.1", WarmStart = "1.3.6.1.6.3.1.1.5.2", LinkDown = "1.3.6.1.6.3.1.1.5.3", LinkUp = "1.3.6.1.6.3.1.1.5.4",
        AuthenticationFailure = "1.3.6.1.6.3.1.1.5.5";

    /// <summary>Them, in the order of the page.</summary>
    public static IReadOnlyList<AlarmRuleView> All { get; } =
    [
        Rule(1, "device-offline", "Device offline", ["offline", "unreachable"], ["online", "reachable"], AlarmSeverity.Major, "offline", "The device is offline: {message}"),
        Rule(2, "link-down", "Interface down", [LinkDown], [LinkUp], AlarmSeverity.Major, "link.{ifIndex}", "Interface {ifDescr|ifName|ifAlias|ifIndex} is down"),
        Rule(3, "restart", "Device restarted", [ColdStart, WarmStart], [], AlarmSeverity.Warning, "restart", "The device has restarted"),
        Rule(4, "authentication-failure", "Wrong SNMP credentials", [AuthenticationFailure], [], AlarmSeverity.Warning, "authentication-failure",
            "Somebody asked the device with SNMP credentials that it does not accept"),
        Rule(5, "reconnect-war", "Two devices of one identity", ["reconnect-war"], [], AlarmSeverity.Minor, "reconnect-war", "{message}"),
        Rule(6, "identity-collision", "One identity from two places", ["identity-collision"], ["identity-collision-resolved"], AlarmSeverity.Major, "identity-collision", "{message}"),
    ];

    private static AlarmRuleView Rule(int number, string code, string name, string[] raise, string[] clear, AlarmSeverity severity, string key, string text) =>
        new(new Guid(0x0a1a0000, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)number), code, false,
            new AlarmRuleInput { Name = name, RaiseOn = raise, ClearOn = clear, Severity = severity, Key = key, Text = text });
}
