using System.Globalization;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Wire.Messages;
using DeviceConsole.Protocols.Usp.Wire.Text;

namespace DeviceConsole.Protocols.Usp;

/// <summary>USP's error codes (TR-369 §"Error Codes", 7000 to 7999) and what else goes wrong, as sentences.</summary>
internal static class UspFaults
{
    private const int MaximumListed = 20;

    public static ProtocolFault Timeout(TimeSpan patience) => new(FaultClass.Timeout, "usp.timeout",
        string.Create(CultureInfo.InvariantCulture, $"The agent is connected but did not answer within {patience.TotalSeconds:0.#} s. Try again; if it stays silent, look at the device or give it a longer time-out."));

    public static ProtocolFault Garbage(string detail) => new(FaultClass.Garbage, "usp.garbage",
        "The agent sent something that is no USP record, and its connection was closed. If it happens again, look for a newer firmware.", detail);

    public static ProtocolFault Unexpected(UspBody body) => new(FaultClass.Garbage, "usp.unexpected-answer",
        $"The agent answered with {body.Type}, which is no answer to what it was asked. If it happens again, look for a newer firmware.");

    public static ProtocolFault NoEnd(string command) => new(FaultClass.Timeout, "usp.no-operation-complete",
        $"The device took the command {command} but never reported its end. Look at the device; a subscription to OperationComplete must be in place there.");

    public static ProtocolFault Disconnected(string reason, uint code) => new(FaultClass.Unreachable, "usp.disconnected",
        code == 0 ? "The agent ended the connection before it answered." : $"The agent ended the connection before it answered: {Sentence(code)}", reason.Length == 0 ? null : reason);

    /// <summary>The whole request failed.</summary>
    public static ProtocolFault Of(UspError error) => Make(error.Code, $"The device refused: {Sentence(error.Code)}", Lines([.. error.Errors.Select(Line)], error.Errors.Any(e => UspRedaction.IsSecret(e.Path)) ? "" : error.Message));

    /// <summary>One part of the request failed.</summary>
    public static ProtocolFault Of(string path, OperationFailure failure) =>
        Make(failure.Code, $"The device refused {path}: {Sentence(failure.Code)}", Lines([.. failure.Instances.SelectMany(i => i.Errors.Select(e => Line(e with { Path = i.Path + e.Path })))], failure.Message));

    /// <summary>Some parts failed, each with its own reason.</summary>
    public static ProtocolFault Of(IReadOnlyList<PathError> errors, int asked)
    {
        var first = errors[0];
        var message = errors.Count == 1
            ? $"The device refused {first.Path}: {Sentence(first.Code)}"
            : $"The device refused {errors.Count} of {Math.Max(asked, errors.Count)}, first {first.Path}: {Sentence(first.Code)}";
        return Make(first.Code, message, Lines([.. errors.Select(Line)], ""));
    }

    /// <summary>What the code means and what helps.</summary>
    public static string Sentence(uint code) => code switch
    {
        7000 => "it failed for a reason that only the device knows (7000).",
        7001 => "it did not understand the message (7001). Its version of USP may be older.",
        7002 => "it will not do this (7002).",
        7003 => "it had an internal error (7003). Try again, and look at the device if it stays.",
        7004 => "some values were not accepted, so nothing was changed (7004). Correct them, or allow partial changes.",
        7005 => "it lacks memory or processing power for this now (7005). Ask for less, or later.",
        7006 => "this product has no permission (7006). Give its entry in Device.LocalAgent.Controller. a role that allows it.",
        7007 => "it would be left in an invalid or unstable state (7007).",
        7008 => "the path is not written as the device wants it (7008). Check its spelling, brackets and dots.",
        7009 => "the parameter could not be updated (7009).",
        7010 => "there is no such parameter (7010).",
        7011 => "the value is not of the parameter's type (7011).",
        7012 => "the value is out of range or not one of those that are allowed (7012).",
        7013 => "the parameter is read-only (7013).",
        7014 => "the value contradicts another one (7014).",
        7015 => "the operation on the object failed (7015).",
        7016 => "there is no such instance (7016). Refresh the table.",
        7017 => "the instance could not be created (7017).",
        7018 => "the path is no table (7018).",
        7019 => "the table takes no new instances (7019).",
        7020 => "the parameter could not be set (7020).",
        7021 => "a required parameter failed (7021).",
        7022 => "the command failed (7022).",
        7023 => "the command was cancelled (7023).",
        7024 => "the instance cannot be deleted (7024).",
        7025 => "another instance has the same unique key (7025).",
        7026 => "the device's data model has no such path (7026). Ask for its supported data model.",
        7027 => "the command's arguments are wrong (7027).",
        >= 7028 and <= 7031 => $"a registration failed ({code}).",
        >= 7100 and <= 7106 => $"it did not accept the record ({code}).",
        >= 7800 and <= 7999 => $"it gave its maker's own error {code}.",
        _ => $"it gave the error {code}.",
    };

    private static ProtocolFault Make(uint code, string message, string? detail) =>
        new(code is 7005 or 7003 ? FaultClass.Busy : FaultClass.Refused, string.Create(CultureInfo.InvariantCulture, $"usp.{code}"), message, detail);

    // Agents repeat the value that they refuse.
    private static string Line(PathError error) =>
        string.Create(CultureInfo.InvariantCulture, $"{error.Path}: {error.Code} {(UspRedaction.IsSecret(error.Path) ? "" : error.Message)}").TrimEnd();

    private static string? Lines(IReadOnlyList<string> lines, string head)
    {
        var all = head.Length == 0 ? lines : [head, .. lines];
        if (all.Count == 0) return null;
        var more = all.Count > MaximumListed ? $"\nand {all.Count - MaximumListed} more" : "";
        return string.Join('\n', all.Take(MaximumListed)) + more;
    }
}
