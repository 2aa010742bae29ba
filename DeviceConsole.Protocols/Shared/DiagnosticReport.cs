using System.Globalization;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Shared;

/// <summary>What a device's diagnostic found (TR-181 Device.IP.Diagnostics., TR-143), in a sentence; the names of results are the same over TR-069 and USP.</summary>
internal static class DiagnosticReport
{
    /// <summary>The result's state: <c>Complete</c>, <c>Error_CannotResolveHostName</c>; null where the device gave none.</summary>
    public static string? State(IReadOnlyList<ParameterValue> values) => Find(values, "DiagnosticsState") ?? Find(values, "Status");

    /// <summary>True where it is over, well or not.</summary>
    public static bool IsOver(string? state) => state is not null && (IsComplete(state) || state.StartsWith("Error", StringComparison.OrdinalIgnoreCase));

    /// <summary>The outcome of one that is over.</summary>
    /// <param name="protocol">The protocol's id, for the fault's code.</param>
    /// <param name="values">Inputs and results.</param>
    public static ProtocolOutcome Of(string protocol, IReadOnlyList<ParameterValue> values)
    {
        var state = State(values);
        if (state is null || IsComplete(state)) return ProtocolOutcome.Success(values, Summary(values));
        return ProtocolOutcome.Failure(new ProtocolFault(FaultClass.Refused, protocol + ".diagnostic-failed", Sentence(state), state), values);
    }

    private static bool IsComplete(string state) => state.StartsWith("Complete", StringComparison.OrdinalIgnoreCase);

    private static string Summary(IReadOnlyList<ParameterValue> values)
    {
        if (Number(values, "SuccessCount") is { } good && Number(values, "FailureCount") is { } bad)
        {
            var count = string.Create(CultureInfo.InvariantCulture, $"{good} of {good + bad} answered");
            return good == 0 ? count + "." : string.Create(CultureInfo.InvariantCulture, $"{count}; {Number(values, "MinimumResponseTime")}, {Number(values, "AverageResponseTime")}, {Number(values, "MaximumResponseTime")} ms at least, on average, at most.");
        }
        if ((Number(values, "TestBytesReceived") ?? Number(values, "TestBytesSent")) is { } bytes && Seconds(values) is > 0 and { } seconds)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes * 8 / seconds / 1_000_000:0.0} Mbit/s ({bytes:N0} bytes in {seconds:0.00} s).");
        var hops = values.Select(v => v.Path).Where(p => p.Contains("RouteHops.", StringComparison.Ordinal)).Select(p => p.Split("RouteHops.")[1].Split('.')[0]).Where(n => n.All(char.IsAsciiDigit) && n.Length > 0).Distinct().Count();
        return hops > 0 ? $"{hops} {(hops == 1 ? "hop" : "hops")}." : "The diagnostic is complete.";
    }

    // TR-143: the rate is counted from the first byte to the last, without the way to the server.
    private static double? Seconds(IReadOnlyList<ParameterValue> values) =>
        Time(Find(values, "BOMTime")) is { } first && Time(Find(values, "EOMTime")) is { } last ? (last - first).TotalSeconds : null;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static long? Number(IReadOnlyList<ParameterValue> values, string name) =>
        long.TryParse(Find(values, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Find(IReadOnlyList<ParameterValue> values, string name) =>
        values.FirstOrDefault(v => v.Path.EndsWith(name, StringComparison.Ordinal) && (v.Path.Length == name.Length || v.Path[^(name.Length + 1)] == '.'))?.Value;

    private static string Sentence(string state) => state switch
    {
        "Error_CannotResolveHostName" => "The device cannot resolve the host's name. Check its spelling, and the device's DNS servers.",
        "Error_MaxHopCountExceeded" => "The host is further away than the number of hops that were allowed. The hops so far are below.",
        "Error_NoRouteToHost" => "The device has no way to that host. Check its uplink and its routes.",
        "Error_InitConnectionFailed" => "The device could not connect to the server. Check the address, and that the server is up.",
        "Error_NoResponse" => "The server did not answer the device.",
        "Error_TransferFailed" => "The transfer broke off in the middle.",
        "Error_PasswordRequestFailed" or "Error_LoginFailed" => "The server asks the device for a user and a password.",
        "Error_NoTransferMode" or "Error_NoPASV" or "Error_NoCWD" or "Error_NoSTOR" => "The FTP server does not do what the device asks of it. Use an http address.",
        "Error_Timeout" => "The test took longer than the device allows.",
        _ => "The device could not carry out the diagnostic.",
    };
}
