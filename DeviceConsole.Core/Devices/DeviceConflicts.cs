using System.Globalization;
using DeviceConsole.Core.Protocols;
using Npgsql;

namespace DeviceConsole.Core.Devices;

/// <summary>Turns a violated unique index into a sentence at the field that it is about. Both indexes are within one tenant.</summary>
internal static class DeviceConflicts
{
    /// <summary>The problem behind a unique violation; throws it again where it is none of these.</summary>
    public static Problem Explain(PostgresException violation, DeviceInput input) => violation.ConstraintName switch
    {
        "devices_serial" => Of("serialNumber", $"Another device has the serial number {input.SerialNumber}."),
        "device_endpoints_identity" => Of(IdentityField(input, violation), "Another device calls itself that in this protocol; an identity belongs to one device."),
        "device_endpoints_template" => Of(TemplateField(input), "This credential template has been deleted meanwhile; choose another one or enter the device's own credentials."),
        _ => throw new InvalidOperationException("A device broke a rule of the database that nobody expected it to break.", violation),
    };

    /// <summary>True where an endpoint refers to a template that is not there any more.</summary>
    public static bool IsTemplateGone(PostgresException violation) => violation is { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "device_endpoints_template" };

    private static string TemplateField(DeviceInput input) =>
        $"endpoints[{Math.Max(0, input.Endpoints.ToList().FindIndex(e => e.TemplateId is not null)).ToString(CultureInfo.InvariantCulture)}].credentialTemplateId";

    private static Problem Of(string field, string message) => Problem.Conflict(message) with { Errors = [new FieldError(field, message)] };

    private static string IdentityField(DeviceInput input, PostgresException violation)
    {
        var index = input.Endpoints.Select((e, i) => (e, i)).Where(x => x.e.Identity is { } id && violation.Detail?.Contains(id, StringComparison.Ordinal) == true).Select(x => x.i).FirstOrDefault();
        return $"endpoints[{index.ToString(CultureInfo.InvariantCulture)}].identity";
    }
}
