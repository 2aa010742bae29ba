using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>The event codes of an Inform (TR-069 Table 8) as events of the device, and as the end of what waits for them.</summary>
internal static class InformEvents
{
    private static readonly Dictionary<string, (string Kind, string Message)> Told = new(StringComparer.Ordinal)
    {
        ["0"] = ("bootstrap", "The device called for the first time, or for the first time after a reset to factory settings."),
        ["1"] = ("boot", "The device started."),
        ["3"] = ("scheduled", "The device called as it was scheduled."),
        ["4"] = ("value-change", "Values changed on the device."),
        ["5"] = ("kicked", "Somebody at the device asked for its management."),
        ["8"] = ("diagnostics-complete", "A diagnostic of the device is complete; refresh it to see the result."),
        ["9"] = ("request-download", "The device asks for a download."),
        ["11"] = ("du-state-change", "Software modules of the device changed as they were told."),
        ["12"] = ("autonomous-du-state-change", "Software modules of the device changed by themselves."),
        ["13"] = ("wakeup", "The device woke up."),
    };

    /// <summary>True where the device calls as it does from time to time: nothing is told, nothing ends with it, and nobody asked it to call.</summary>
    public static bool AreRoutine(Inform inform) => inform.Events.Count > 0 && inform.Events.All(e => e.Code is "2" or "14");

    /// <summary>What is worth to be told; periodic Informs, heartbeats and answers to connection requests are not.</summary>
    public static IReadOnlyList<ToldEvent> Of(Inform inform)
    {
        var events = new List<ToldEvent>();
        foreach (var item in inform.Events.DistinctBy(e => e.EventCode).Take(16))
        {
            if (Told.TryGetValue(item.Code, out var told)) events.Add(new ToldEvent(told.Kind, told.Message, Detail(inform, item)));
            else if (item.Code == "X") events.Add(new ToldEvent("vendor", $"The device reports: {Short(item.EventCode)}", Detail(inform, item)));
        }
        return events;
    }

    /// <summary>Ends jobs that wait for the device's own confirmation: M Reboot and its like. Transfers and software modules wait for their own reports instead.</summary>
    public static async Task ConfirmAsync(IDeviceGateway gateway, DeviceSession session, Inform inform, CancellationToken cancellationToken)
    {
        foreach (var item in inform.Events.Where(e => e is { Code: "M", CommandKey.Length: > 0 }).Take(16))
        {
            if (item.EventCode is "M Download" or "M Upload" or "M ScheduleDownload" or "M ChangeDUState") continue;
            if (await gateway.ResumeAsync(session, item.CommandKey, cancellationToken) is { } work)
                await gateway.CompleteAsync(session, work, CwmpJobs.Confirmed(Short(item.EventCode)), cancellationToken);
        }
    }

    private static JsonObject Detail(Inform inform, EventStruct item)
    {
        var detail = new JsonObject { ["event"] = Short(item.EventCode) };
        if (item.CommandKey.Length > 0) detail["commandKey"] = Short(item.CommandKey);
        if (inform.RetryCount > 0) detail["retryCount"] = inform.RetryCount;
        if (item.Code == "4") detail["parameters"] = new JsonArray([.. inform.Parameters.Take(32).Select(p => (JsonNode)Short(p.Name))]);
        return detail;
    }

    private static string Short(string text) => text.Length <= 128 ? text : text[..128];
}
