using System.Globalization;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>GetParameterAttributes and SetParameterAttributes.</summary>
internal static class AttributeJobs
{
    private static readonly string[] Notifications = ["off", "passive", "active", "passive lightweight", "passive with passive lightweight", "active lightweight", "passive with active lightweight"];

    /// <summary>Reads notification and access list; they are an answer to look at, no values of the tree.</summary>
    public static async Task<JobEnd> GetAsync(JobContext context)
    {
        var result = await context.Rpc.CallAsync<GetParameterAttributesResponse>(new GetParameterAttributes(context.Arguments.List("names")));
        if (result.Fault is { } fault) return fault;
        var values = result.Response!.Attributes.Where(a => a.Name.Length > 0).DistinctBy(a => a.Name).Select(a => new ParameterValue(a.Name, Text(a), "attributes")).ToList();
        return ProtocolOutcome.Success(values, Values.Count(values.Count, "parameter")) with { StoreValues = false };
    }

    /// <summary>Sets the notification of some parameters.</summary>
    public static async Task<JobEnd> SetAsync(JobContext context)
    {
        var changes = context.Arguments.Rows("attributes").Select(row => new SetParameterAttributesStruct(
            row.Text("path")!.Trim(),
            row.Text("notification") is { } word ? int.Parse(word, CultureInfo.InvariantCulture) : null,
            row.Text("accessList") is { } access ? access.Equals("none", StringComparison.OrdinalIgnoreCase) ? [] : access.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : null)).ToList();
        var result = await context.Rpc.CallAsync<SetParameterAttributesResponse>(new SetParameterAttributes(changes));
        return result.Fault is { } fault ? fault : ProtocolOutcome.Success([], $"Attributes of {Values.Count(changes.Count, "parameter")} set");
    }

    private static string Text(ParameterAttributeStruct attributes)
    {
        var notification = attributes.Notification >= 0 && attributes.Notification < Notifications.Length
            ? Notifications[attributes.Notification] : attributes.Notification.ToString(CultureInfo.InvariantCulture);
        return $"notification {notification}; written by {(attributes.AccessList.Count == 0 ? "the ACS alone" : string.Join(", ", attributes.AccessList))}";
    }
}
