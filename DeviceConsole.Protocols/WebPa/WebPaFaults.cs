using System.Globalization;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.WebPa;

/// <summary>
/// Failures of WebPA in words that an operator can act on. The statusCodes are those of wdmp-c (what RDK-B's WebPA component answers with)
/// and of parodus; most failures share 520 and are told apart by the text beside it.
/// </summary>
internal static class WebPaFaults
{
    // What wdmp-c says (mapWdmpStatusToStatusMessage), in lower case, and what it means to an operator.
    private static readonly (string Says, FaultClass Class, string Code, string Text)[] Failures =
    [
        ("invalid parameter name", FaultClass.Refused, "no-such-name", "The device does not know the name. Check its spelling and its instance numbers."),
        ("invalid parameter type", FaultClass.Refused, "wrong-type", "The device expects another type for the value. Choose the type that a read of it shows."),
        ("invalid parameter value", FaultClass.Refused, "bad-value", "The device does not accept the value. Check its range and its form."),
        ("not writable", FaultClass.Refused, "not-writable", "The device says that the parameter can only be read."),
        ("does not exist", FaultClass.Refused, "no-such-name", "The device does not have this parameter. Check its spelling and its instance numbers."),
        ("error timeout", FaultClass.Timeout, "component-timeout", "A component inside the device did not answer it in time."),
        ("setattribute rejected", FaultClass.Refused, "no-notification", "The device does not report changes of this parameter."),
        ("request rejected", FaultClass.Refused, "rejected", "The component that owns the parameter rejected the request."),
        ("unkown component", FaultClass.Refused, "no-component", "No component on the device owns the parameter now. Check the name; after a start it takes a while until all are there."),
        ("unknown component", FaultClass.Refused, "no-component", "No component on the device owns the parameter now. Check the name; after a start it takes a while until all are there."),
        ("wildcard is not supported", FaultClass.Refused, "wildcard", "The device answers this request for single parameters only, not for an object."),
        ("invalid wifi index", FaultClass.Refused, "bad-index", "The device numbers its Wi-Fi networks from 10001, 10101 and 10201 on."),
        ("invalid radio index", FaultClass.Refused, "bad-index", "The device numbers its radios 10000, 10100 and 10200."),
        ("method is not supported", FaultClass.Refused, "not-supported", "The device's WebPA component does not have this command."),
        ("invalid input command", FaultClass.Refused, "not-supported", "The device's WebPA component does not have this command."),
        ("max set request limit", FaultClass.Busy, "busy", "The device has more changes to carry out than it takes at once."),
    ];

    public static ProtocolFault Timeout(TimeSpan waited) => new(
        FaultClass.Timeout,
        "webpa.timeout",
        string.Create(CultureInfo.InvariantCulture, $"The device is connected, but did not answer in {waited.TotalSeconds:0} s. It may be busy: try again, or ask for less at once."));

    public static ProtocolFault Garbage(string detail) => new(
        FaultClass.Garbage,
        "webpa.garbage",
        "The device answered, but not with what WebPA prescribes. Look at the trace, and at the device's firmware.",
        detail);

    /// <summary>The answer does not fit; the connection is closed over it.</summary>
    public static ProtocolFault TooLong(int maximum) => new(
        FaultClass.Refused,
        "webpa.too-long",
        string.Create(CultureInfo.InvariantCulture, $"The device's answer is longer than {maximum:N0} bytes, which is the most that is taken. Ask for a smaller part."));

    /// <summary>What a statusCode other than 200 and 201 means.</summary>
    /// <param name="status">The code.</param>
    /// <param name="message">The device's own text.</param>
    /// <param name="name">The parameter that it names, or null.</param>
    public static ProtocolFault From(int status, string? message, string? name)
    {
        var (faultClass, code, text) = status switch
        {
            202 => (FaultClass.Busy, "busy", "The device still works on a request before this one. It is asked again in a while."),
            403 => (FaultClass.Refused, "partner", "The agent on the device does not accept requests of this operator (its partner id)."),
            530 => (FaultClass.Busy, "busy", "The device's Wi-Fi is busy with another change. It is asked again in a while."),
            531 => (FaultClass.Busy, "service-unavailable", "The service on the device that answers requests is not there; after a start it takes a while. If it lasts, check the service in the device's settings."),
            550 => (FaultClass.Refused, "other-id", "The device's configuration id is not the expected one: somebody else changed it. Read it again, then repeat."),
            551 => (FaultClass.Refused, "other-counter", "The device's change counter is not the expected one. Read it again, then repeat."),
            _ => Failure(status, message),
        };
        var detail = string.Create(CultureInfo.InvariantCulture, $"statusCode {status}");
        if (!string.IsNullOrWhiteSpace(message)) detail += $", \"{message.Trim()}\"";
        return new ProtocolFault(faultClass, "webpa." + code, text, name is null ? detail : $"{detail}, {name}");
    }

    private static (FaultClass, string, string) Failure(int status, string? message)
    {
        foreach (var (says, faultClass, code, text) in Failures)
            if (message?.Contains(says, StringComparison.OrdinalIgnoreCase) == true) return (faultClass, code, text);
        return status == 552
            ? (FaultClass.Refused, "not-atomic", "The device could not carry out the whole request; nothing was changed.")
            : (FaultClass.Refused, "failure", "The device failed on the request and gives no reason that WebPA defines. Try parts of it alone.");
    }
}
