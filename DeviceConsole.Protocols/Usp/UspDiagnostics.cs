using System.Globalization;
using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Shared;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp;

/// <summary>Diagnostics as commands of TR-181 (Device.IP.Diagnostics.), whose results come with OperationComplete.</summary>
internal static class UspDiagnostics
{
    /// <summary>The command of a test.</summary>
    public static OperateRequest Request(JsonObject arguments, string commandKey)
    {
        var target = arguments.Text("target")!.Trim();
        string Number(string field, long otherwise) => (arguments.Number(field) ?? otherwise).ToString(CultureInfo.InvariantCulture);
        (string Command, Dictionary<string, string> Inputs) test = arguments.Text("kind") switch
        {
            DiagnosticForm.TraceRoute => ("TraceRoute()", new() { ["Host"] = target }),
            DiagnosticForm.Download => ("DownloadDiagnostics()", new() { ["DownloadURL"] = target }),
            DiagnosticForm.Upload => ("UploadDiagnostics()", new() { ["UploadURL"] = target, ["TestFileLength"] = Number("size", 10_000_000) }),
            _ => ("IPPing()", new() { ["Host"] = target, ["NumberOfRepetitions"] = Number("repetitions", 4) }),
        };
        return new OperateRequest { Command = "Device.IP.Diagnostics." + test.Command, CommandKey = commandKey, SendResponse = true, InputArguments = test.Inputs };
    }
}
