using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>What an operator does about a kind of failure; the fault's own sentence says what happened.</summary>
/// <param name="Steps">Short instructions, the likeliest first.</param>
/// <param name="EditDevice">True where the device's settings are worth a look.</param>
public sealed record FaultAdvice(IReadOnlyList<string> Steps, bool EditDevice)
{
    /// <summary>The advice for a fault.</summary>
    public static FaultAdvice For(ProtocolFault fault) => fault.Code switch
    {
        FaultCodes.TaskQuarantined => new(["Look at Jobs, Quarantine: how often devices of this model vanished during the task, and how.", "Ask for less at once, or for something else; or update the firmware.", "Release the task there when the cause is gone, then retry."], false),
        FaultCodes.DeviceVanished => new(["Look at the exchange and at the device's events: did it reboot at this request?", "If it did, ask for less at once, or look for a newer firmware.", "If its line broke, retry."], false),
        _ => For(fault.Class),
    };

    /// <summary>The advice for a class of fault.</summary>
    public static FaultAdvice For(FaultClass fault) => fault switch
    {
        FaultClass.Invalid => new(["Correct the request and run it again: a retry sends the same one."], false),
        FaultClass.Refused => new(["The device understood and said no. Look at the detail: a name that it does not have, a value it does not accept, or no right to write.", "Run a corrected job."], false),
        FaultClass.Credentials => new(["Compare the credentials here with those on the device.", "Replace them here, then retry."], true),
        FaultClass.Timeout => new(["Check that the device is powered and that its address and port are right.", "Check the credentials: many devices stay silent when they are wrong.", "Check that no firewall drops the packets; then retry."], true),
        FaultClass.Unreachable => new(["Check the address, and that the server has a route to it.", "Then retry."], true),
        FaultClass.Busy => new(["Wait a little, then retry."], false),
        FaultClass.Garbage => new(["Check that this port really belongs to this protocol.", "If it does, the device has a defect: look for a firmware update."], true),
        FaultClass.Policy => new(["Ask a platform administrator to allow the network for this tenant, or correct the address."], true),
        _ => new(["Retry. If it happens again, give the job's id to the person who runs the server."], false),
    };
}
