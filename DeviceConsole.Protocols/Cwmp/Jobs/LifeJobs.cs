using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>Reboot, FactoryReset, ScheduleInform, GetRPCMethods.</summary>
internal static class LifeJobs
{
    private static readonly TimeSpan RebootPatience = TimeSpan.FromMinutes(15);

    /// <summary>Reboots. A device that goes at once, without an answer, confirms it by its event M Reboot.</summary>
    public static async Task<JobEnd> RebootAsync(JobContext context)
    {
        var result = await context.Rpc.CallAsync<RebootResponse>(new Reboot(context.CommandKey));
        if (result.Response is not null) return ProtocolOutcome.Success([], "The device reboots.");
        if (result.WasRefused || result.Fault!.Class != FaultClass.Timeout) return result.Fault!;
        return new JobEnd(null, new ParkedJob(context.CommandKey, "The device left the session without an answer; waits for it to confirm the reboot.", RebootPatience));
    }

    /// <summary>Resets to factory settings.</summary>
    public static async Task<JobEnd> FactoryResetAsync(JobContext context)
    {
        var result = await context.Rpc.CallAsync<FactoryResetResponse>(new FactoryReset());
        return result.Fault is { } fault ? fault : ProtocolOutcome.Success([], "The device resets itself to its factory settings.");
    }

    /// <summary>Has the device call at a time.</summary>
    public static async Task<JobEnd> ScheduleInformAsync(JobContext context)
    {
        var delay = (int)(context.Arguments.Number("delay") ?? 60);
        var result = await context.Rpc.CallAsync<ScheduleInformResponse>(new ScheduleInform(delay, context.CommandKey));
        return result.Fault is { } fault ? fault : ProtocolOutcome.Success([], $"The device will call in {delay} s.");
    }

    /// <summary>Asks what the device can do.</summary>
    public static async Task<JobEnd> GetMethodsAsync(JobContext context)
    {
        var result = await context.Rpc.CallAsync<GetRPCMethodsResponse>(new GetRPCMethods());
        if (result.Fault is { } fault) return fault;
        var methods = result.Response!.Methods.Where(m => m.Length > 0).Distinct().Select(m => new ParameterValue(m, null, "method")).ToList();
        return ProtocolOutcome.Success(methods, Values.Count(methods.Count, "method")) with { StoreValues = false };
    }
}
