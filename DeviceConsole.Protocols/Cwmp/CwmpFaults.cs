using System.Globalization;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>Failures of CWMP in words that an operator can act on; one code for each fault code of a device (TR-069 Table 73).</summary>
internal static class CwmpFaults
{
    private static readonly Dictionary<int, (FaultClass Class, string Code, string Message)> Known = new()
    {
        [9000] = (FaultClass.Refused, "method-not-supported", "The device does not know this request. Look at its list of methods (Get RPC methods), or for a newer firmware."),
        [9001] = (FaultClass.Refused, "request-denied", "The device refuses this request and gives no reason. Its own settings may forbid it."),
        [9002] = (FaultClass.Busy, "internal-error", "The device failed inside while it worked on the request. Trying again may help; if it does not, try smaller requests or look at the device's log."),
        [9003] = (FaultClass.Refused, "invalid-arguments", "The device does not accept the request as it is. Check the paths and values."),
        [9004] = (FaultClass.Busy, "resources-exceeded", "The request is too much for the device now. Ask for less at once, or try again later."),
        [9005] = (FaultClass.Refused, "invalid-name", "The device has no parameter or object of this name. Check the path; an instance may have been deleted, then refresh the tree."),
        [9006] = (FaultClass.Refused, "invalid-type", "The device expects another type for this value. Read the parameter first to see its type."),
        [9007] = (FaultClass.Refused, "invalid-value", "The device does not accept this value. Check its range, length and allowed words."),
        [9008] = (FaultClass.Refused, "not-writable", "The device says that this parameter can only be read."),
        [9009] = (FaultClass.Refused, "notification-rejected", "The device does not let this parameter's notification be changed."),
        [9010] = (FaultClass.Refused, "download-failed", "The device could not download the file and gives no closer reason. Check the address of the file from the device's side, and that the file is one for this device."),
        [9011] = (FaultClass.Refused, "upload-failed", "The device could not upload the file. Check that the server accepts uploads at this address."),
        [9012] = (FaultClass.Refused, "transfer-authentication", "The file server did not let the device in. Check the server's access rules for this file."),
        [9013] = (FaultClass.Refused, "transfer-protocol", "The device cannot transfer files over this protocol. Use an http address."),
        [9014] = (FaultClass.Unreachable, "multicast-join", "The device could not join the multicast group of the download."),
        [9015] = (FaultClass.Unreachable, "server-unreachable", "The device could not reach the file server. Check the address of the file, its name look-up and the way from the device."),
        [9016] = (FaultClass.Refused, "file-access", "The file server has no such file for the device. Check the address of the file."),
        [9017] = (FaultClass.Unreachable, "download-incomplete", "The download broke off in the middle. Try again; a server or line may have failed."),
        [9018] = (FaultClass.Refused, "file-corrupted", "The device says that the file is damaged or not made for it. Check that it is the right image for this model."),
        [9019] = (FaultClass.Refused, "file-authentication", "The device does not trust the file: its signature is missing or wrong. Use the image of the device's manufacturer."),
        [9020] = (FaultClass.Timeout, "window-missed", "The device could not complete the download within its time windows. Give it a longer window, or one at a time of less traffic."),
        [9021] = (FaultClass.Refused, "not-cancelable", "The device cannot cancel this transfer any more: it is under way or nearly over. Wait for its report."),
        [9022] = (FaultClass.Refused, "invalid-uuid", "The UUID is not one that the device takes. It has the form 8-4-4-4-12 in hexadecimal digits."),
        [9023] = (FaultClass.Refused, "unknown-environment", "The device has no such execution environment. Refresh SoftwareModules.ExecEnv. to see which it has."),
        [9024] = (FaultClass.Refused, "disabled-environment", "The execution environment is disabled. Enable it under SoftwareModules.ExecEnv. first."),
        [9025] = (FaultClass.Refused, "environment-mismatch", "The software module does not fit the execution environment. Choose another environment, or a build for this one."),
        [9026] = (FaultClass.Refused, "duplicate-module", "The software module is installed already. Update it instead."),
        [9027] = (FaultClass.Refused, "module-resources", "The device has not enough memory or disk space for the software module. Remove another one first."),
        [9028] = (FaultClass.Refused, "unknown-module", "The device has no such software module. Refresh SoftwareModules.DeploymentUnit. to see which it has."),
        [9029] = (FaultClass.Busy, "module-state", "The software module is in a state that does not allow this now: it is being installed, updated or removed. Try again later."),
        [9030] = (FaultClass.Refused, "no-downgrade", "The device does not take an older version of the software module in place of a newer one. Remove it first, then install the older one."),
        [9031] = (FaultClass.Refused, "no-version", "The device needs to know which version of the software module is meant: enter it."),
        [9032] = (FaultClass.Refused, "version-there", "The device has this version of the software module already."),
    };

    /// <summary>A fault that the device answered.</summary>
    public static ProtocolFault From(CwmpFault fault)
    {
        if (fault.Parameters.Count == 0) return From(fault.Code, fault.Text);
        var first = fault.Parameters[0];
        var (faultClass, code, message) = Look(first.Code == 0 ? fault.Code : first.Code);
        var more = fault.Parameters.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" {fault.Parameters.Count - 1} more were refused too.");
        var detail = string.Join("; ", fault.Parameters.Take(20).Select(p => Detail(p.Code, p.Text, p.ParameterName)));
        return new ProtocolFault(faultClass, code, $"{Short(first.ParameterName)}: {message}{more} Nothing was changed.", detail);
    }

    /// <summary>A fault code with the device's own words.</summary>
    public static ProtocolFault From(int number, string text)
    {
        var (faultClass, code, message) = Look(number);
        return new ProtocolFault(faultClass, code, message, Detail(number, text, null));
    }

    /// <summary>The device fell silent in the middle of the session.</summary>
    public static ProtocolFault Lost(string request, string how) => new(
        FaultClass.Timeout,
        FaultCodes.DeviceVanished,
        $"The device left the session while it was asked for {request}. If this comes again and again with the same request, the device may not stand it.",
        how);

    /// <summary>The device answered something else than what was asked.</summary>
    public static ProtocolFault WrongAnswer(string request, string answer) => new(
        FaultClass.Garbage,
        "cwmp.wrong-answer",
        $"The device answered {request} with something else. This is a defect of the device; a newer firmware may cure it.",
        answer);

    /// <summary>The device sent a body that cannot be read.</summary>
    public static ProtocolFault Garbage(string request, string detail) => new(
        FaultClass.Garbage,
        "cwmp.garbage",
        $"The device answered {request} with something that is no CWMP message. This is a defect of the device, or of something on the way that changes what it sends.",
        detail);

    /// <summary>The device took a transfer and never told its end.</summary>
    public static ProtocolFault Silent(string what) => new(
        FaultClass.Timeout,
        "cwmp.no-transfer-complete",
        $"The device took the {what}, but never reported how it ended. Read its software version or its log to see whether it was done before you run it again.");

    /// <summary>A transfer was cancelled by another job.</summary>
    public static ProtocolFault Cancelled() => new(
        FaultClass.Refused, "cwmp.transfer-cancelled", "The transfer was cancelled by a Cancel transfer job. Run it again when the file is to be transferred after all.");

    /// <summary>The file of a job is not in the library any more.</summary>
    public static ProtocolFault FileGone() => new(
        FaultClass.Invalid, "cwmp.file-gone", "The file is no longer in the library. Upload it again, and make a new job with it.");

    /// <summary>The device took a firmware, started and runs another version than the one that was meant.</summary>
    public static ProtocolFault OtherVersion(string expected, string runs) => new(
        FaultClass.Refused,
        "cwmp.firmware-not-running",
        $"The device reports the download complete, but after its start it runs version {Short(runs)}, not {Short(expected)}. It may have refused the image or fallen back to the old one: check that the image is one for this model, and that the version is entered as the device reports it.");

    /// <summary>The device took a firmware and does not tell which version it runs.</summary>
    public static ProtocolFault VersionUnknown(string expected) => new(
        FaultClass.Refused,
        "cwmp.firmware-unknown",
        $"The device reports the download complete, but does not tell its software version, so nobody knows whether {Short(expected)} runs. Read DeviceInfo.SoftwareVersion.");

    /// <summary>The device reports the end of an upload, and nothing came.</summary>
    public static ProtocolFault NothingReceived() => new(
        FaultClass.Refused,
        "cwmp.nothing-received",
        "The device reports the upload complete, but no file came in here. It may have sent it somewhere else, or its way to the file server is closed: check that it reaches the devices' address of this console.");

    /// <summary>A test that the device never ended.</summary>
    public static ProtocolFault NoDiagnosis(string? state) => new(
        FaultClass.Timeout,
        "cwmp.no-diagnosis",
        "The device took the test, but never reported its end. It may not support it, or have no uplink; try another test, or give it more time.",
        state is null ? null : $"DiagnosticsState {Short(state)}");

    /// <summary>An instance is named by its alias, and the device knows none.</summary>
    public static ProtocolFault NoAliases() => new(
        FaultClass.Invalid,
        "cwmp.no-aliases",
        "The device does not say that it supports aliases, so nothing was sent to it. Name the instance by its number, for example Device.NAT.PortMapping.3. in place of Device.NAT.PortMapping.[web].; or read ManagementServer.AliasBasedAddressing, which says whether it does.");

    /// <summary>A defect on our side.</summary>
    public static ProtocolFault Defect() => new(
        FaultClass.Internal, "cwmp.defect", "The console failed while it worked on this job; the server's log says why. Please report it.");

    private static (FaultClass Class, string Code, string Message) Look(int number)
    {
        if (Known.TryGetValue(number, out var known)) return (known.Class, "cwmp." + known.Code, known.Message);
        return number switch
        {
            >= 9800 and <= 9899 => (FaultClass.Refused, "cwmp.vendor-fault", $"The device refused with its manufacturer's fault {number}. Its manual says what it means."),
            0 => (FaultClass.Refused, "cwmp.fault", "The device refused and gives neither a code nor a reason."),
            _ => (FaultClass.Refused, "cwmp.fault", $"The device refused with fault {number}."),
        };
    }

    private static string Detail(int code, string text, string? path)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"fault {code}") + (text.Length == 0 ? "" : $", {Short(text)}");
        return path is null ? detail : $"{Short(path)}: {detail}";
    }

    private static string Short(string text) => text.Length <= 256 ? text : text[..256] + "…";
}
