using System.Text;
using DeviceConsole.Protocols.Cwmp.BulkData.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DeviceConsole.Protocols.Cwmp.BulkData;

/// <summary>From a request's body to what it reports, by its Content-Type and BBF-Report-Format.</summary>
internal static class BulkBody
{
    /// <summary>The header that tells how the parameters stand in the report (TR-369 R-BULK.8).</summary>
    public const string FormatHeader = "BBF-Report-Format";

    /// <summary>Reads it; null where it is of a kind that no profile asks for. <see cref="BulkDecodeException"/> as the readers throw it.</summary>
    public static BulkReportBody? Read(HttpRequest request, ReadOnlyMemory<byte> body, char separator)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || EncodingOf(type) is not { } encoding) return null;
        var format = request.Headers[FormatHeader].ToString().Trim().Trim('"');
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.MediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            return BulkJson.Read(encoding == Encoding.UTF8 ? body.Span : Encoding.UTF8.GetBytes(encoding.GetString(body.Span)));
        if (!type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase)) return null;
        return BulkCsv.Read(encoding.GetString(body.Span), new BulkCsvFormat(separator), format.ToUpperInvariant() switch
        {
            "PARAMETERPERROW" => BulkCsvLayout.ParameterPerRow,
            "PARAMETERPERCOLUMN" => BulkCsvLayout.ParameterPerColumn,
            _ => BulkCsvLayout.Unknown,
        });
    }

    private static Encoding? EncodingOf(MediaTypeHeaderValue type) => HeaderUtilities.RemoveQuotes(type.Charset).ToString().ToUpperInvariant() switch
    {
        "" or "UTF-8" or "UTF8" or "US-ASCII" => Encoding.UTF8,
        "ISO-8859-1" or "LATIN1" => Encoding.Latin1,
        _ => null,
    };
}
