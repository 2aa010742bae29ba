using System.Text;

namespace DeviceConsole.Simulator.Cwmp.Storm;

/// <summary>The HTTP requests of a virtual CPE, made when they are needed: it has no memory of its own.</summary>
internal sealed class StormInform
{
    private readonly StormOptions options;
    private readonly string head;

    public StormInform(StormOptions options)
    {
        this.options = options;
        var authorization = options.UserName.Length == 0 ? "" : $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{options.Password}"))}\r\n";
        head = $"POST {options.Acs.PathAndQuery} HTTP/1.1\r\nHost: {options.Acs.Authority}\r\n{authorization}";
    }

    /// <summary>The Inform.</summary>
    public byte[] First(int device)
    {
        var body = $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cwmp="urn:dslforum-org:cwmp-1-2"><soap:Header><cwmp:ID soap:mustUnderstand="1">1</cwmp:ID></soap:Header><soap:Body><cwmp:Inform><DeviceId><Manufacturer>Simulated</Manufacturer><OUI>{options.Oui}</OUI><ProductClass>{options.ProductClass}</ProductClass><SerialNumber>{options.SerialOf(device)}</SerialNumber></DeviceId><Event enc:arrayType="cwmp:EventStruct[1]"><EventStruct><EventCode>{options.Event}</EventCode><CommandKey></CommandKey></EventStruct></Event><MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2026-01-01T00:00:00Z</CurrentTime><RetryCount>0</RetryCount><ParameterList enc:arrayType="cwmp:ParameterValueStruct[5]">{Value("Device.DeviceInfo.HardwareVersion", "1.0")}{Value("Device.DeviceInfo.SoftwareVersion", "2.1")}{Value("Device.DeviceInfo.ProvisioningCode", "")}{Value("Device.ManagementServer.ParameterKey", "")}{Value("Device.ManagementServer.ConnectionRequestURL", "http://127.0.0.1:9/" + device.ToString(System.Globalization.CultureInfo.InvariantCulture))}</ParameterList></cwmp:Inform></soap:Body></soap:Envelope>
            """;
        return Encoding.UTF8.GetBytes($"{head}Content-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction: \"\"\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    /// <summary>The empty POST.</summary>
    public byte[] Empty(string cookie) => Encoding.ASCII.GetBytes($"{head}Cookie: {cookie}\r\nContent-Length: 0\r\n\r\n");

    /// <summary>What a request of the ACS is answered with: this CPE does nothing.</summary>
    public byte[] Refusal(string cookie, string id)
    {
        var body = $"""<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cwmp="urn:dslforum-org:cwmp-1-2"><soap:Header><cwmp:ID soap:mustUnderstand="1">{id}</cwmp:ID></soap:Header><soap:Body><soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>9001</FaultCode><FaultString>Request denied</FaultString></cwmp:Fault></detail></soap:Fault></soap:Body></soap:Envelope>""";
        return Encoding.UTF8.GetBytes($"{head}Cookie: {cookie}\r\nContent-Type: text/xml\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    private static string Value(string name, string value) => $"<ParameterValueStruct><Name>{name}</Name><Value xsi:type=\"xsd:string\">{value}</Value></ParameterValueStruct>";
}
