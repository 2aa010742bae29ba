using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>The HTTP requests of a virtual CPE, written into its socket's buffer when they are needed: it has no memory of its own.</summary>
internal sealed class StormInform
{
    private readonly string head;
    private readonly string beforeSerial;
    private readonly string afterSerial;
    private readonly string afterTries;
    private readonly int fixedLength;

    public StormInform(StormOptions options)
    {
        var authorization = options.UserName.Length == 0 ? "" : $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{options.Password}"))}\r\n";
        head = $"POST {options.Acs.PathAndQuery} HTTP/1.1\r\nHost: {options.Acs.Authority}\r\n{authorization}";
        beforeSerial = $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cwmp="urn:dslforum-org:cwmp-1-2"><soap:Header><cwmp:ID soap:mustUnderstand="1">1</cwmp:ID></soap:Header><soap:Body><cwmp:Inform><DeviceId><Manufacturer>Simulated</Manufacturer><OUI>{options.Oui}</OUI><ProductClass>{options.ProductClass}</ProductClass><SerialNumber>{options.Serial}
            """;
        afterSerial = $"</SerialNumber></DeviceId><Event enc:arrayType=\"cwmp:EventStruct[1]\"><EventStruct><EventCode>{options.Event}</EventCode><CommandKey></CommandKey></EventStruct></Event><MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2026-01-01T00:00:00Z</CurrentTime><RetryCount>";
        afterTries = $"""
            </RetryCount><ParameterList enc:arrayType="cwmp:ParameterValueStruct[5]">{Value("Device.DeviceInfo.HardwareVersion", "1.0")}{Value("Device.DeviceInfo.SoftwareVersion", "2.1")}{Value("Device.DeviceInfo.ProvisioningCode", "")}{Value("Device.ManagementServer.ParameterKey", "")}{Value("Device.ManagementServer.ConnectionRequestURL", "http://127.0.0.1:9/cpe")}</ParameterList></cwmp:Inform></soap:Body></soap:Envelope>
            """;
        fixedLength = Encoding.UTF8.GetByteCount(beforeSerial) + Encoding.UTF8.GetByteCount(afterSerial) + Encoding.UTF8.GetByteCount(afterTries);
        if (Encoding.UTF8.GetByteCount(head) + fixedLength > StormSocket.FirstBuffer - 256) throw new ArgumentException("The texts of the Inform are too long.", nameof(options));
    }

    /// <summary>The Inform of a CPE that was sent away so often before (RetryCount, TR-069 §3.2.1.1); its length.</summary>
    public int First(Span<byte> buffer, int device, int tries)
    {
        var length = fixedLength + Math.Max(6, Digits(device)) + Digits(tries);
        var end = Encoding.UTF8.GetBytes(head, buffer);
        Utf8.TryWrite(buffer[end..], CultureInfo.InvariantCulture, $"Content-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction: \"\"\r\nContent-Length: {length}\r\n\r\n", out var written);
        end += written;
        end += Encoding.UTF8.GetBytes(beforeSerial, buffer[end..]);
        device.TryFormat(buffer[end..], out written, "000000", CultureInfo.InvariantCulture);
        end += written;
        end += Encoding.UTF8.GetBytes(afterSerial, buffer[end..]);
        tries.TryFormat(buffer[end..], out written, default, CultureInfo.InvariantCulture);
        end += written;
        return end + Encoding.UTF8.GetBytes(afterTries, buffer[end..]);
    }

    /// <summary>The empty POST; its length.</summary>
    public int Empty(Span<byte> buffer, string cookie) => Write(buffer, $"{head}Cookie: {cookie}\r\nContent-Length: 0\r\n\r\n");

    /// <summary>What a request of the ACS is answered with: this CPE does nothing. Its length.</summary>
    public int Refusal(Span<byte> buffer, string cookie, string id)
    {
        var body = $"""<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cwmp="urn:dslforum-org:cwmp-1-2"><soap:Header><cwmp:ID soap:mustUnderstand="1">{id}</cwmp:ID></soap:Header><soap:Body><soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>9001</FaultCode><FaultString>Request denied</FaultString></cwmp:Fault></detail></soap:Fault></soap:Body></soap:Envelope>""";
        return Write(buffer, $"{head}Cookie: {cookie}\r\nContent-Type: text/xml\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    private static int Write(Span<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);

    private static int Digits(int number) => number < 10 ? 1 : 1 + (int)Math.Log10(number);

    private static string Value(string name, string value) => $"<ParameterValueStruct><Name>{name}</Name><Value xsi:type=\"xsd:string\">{value}</Value></ParameterValueStruct>";
}
