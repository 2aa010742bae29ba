using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeviceConsole.Tests.Protocols.Cwmp;

/// <summary>A CPE made of bytes: what is written goes out as it is.</summary>
public sealed class WireCpe : IDisposable
{
    private readonly TcpClient client;
    private readonly Uri acs;

    private WireCpe(Uri acs, IPAddress? from)
    {
        this.acs = acs;
        client = from is null ? new TcpClient() : new TcpClient(new IPEndPoint(from, 0));
    }

    /// <summary>An answer: status, headers as they came, body.</summary>
    public sealed record Answer(int Status, string Head, string Body)
    {
        /// <summary>The session's cookie.</summary>
        public string Cookie => Head.Split("Set-Cookie: ")[1].Split(';')[0];

        /// <summary>A header's value, or null.</summary>
        public string? Header(string name) => Head.Split("\r\n").FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
    }

    public static async Task<WireCpe> ConnectAsync(Uri acs, IPAddress? from = null)
    {
        var cpe = new WireCpe(acs, from);
        await cpe.client.ConnectAsync(acs.Host, acs.Port);
        return cpe;
    }

    /// <summary>Posts with these headers (each with its line end) and this body, and a Content-Length unless the headers have their own framing.</summary>
    public async Task<Answer> PostAsync(string headers, string body, bool length = true)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var framing = length ? $"Content-Length: {bytes.Length}\r\n" : "";
        await WriteAsync($"POST {acs.PathAndQuery} HTTP/1.1\r\nHost: {acs.Authority}\r\n{framing}{headers}\r\n");
        await client.GetStream().WriteAsync(bytes);
        return await ReadAsync();
    }

    public async Task WriteAsync(string text) => await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>The next answer; its body's length is always in the header.</summary>
    public async Task<Answer> ReadAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.GetStream().ReadAsync(one, patience.Token) == 0) throw new EndOfStreamException("The ACS closed the connection.");
            head.Append((char)one[0]);
        }
        var text = head.ToString();
        var answer = new Answer(int.Parse(text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), text, "");
        // These have no body and need no length (RFC 9110 §8.6).
        if (answer.Status is 100 or 204) return answer;
        var body = new byte[int.Parse(answer.Header("Content-Length")!, System.Globalization.CultureInfo.InvariantCulture)];
        await client.GetStream().ReadExactlyAsync(body, patience.Token);
        return answer with { Body = Encoding.UTF8.GetString(body) };
    }

    /// <summary>Basic credentials.</summary>
    public static string Basic(string user = CwmpWorld.User, string password = CwmpWorld.Password) =>
        $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}\r\n";

    /// <summary>An Inform as an old device writes it.</summary>
    public static string Inform(string serial, string code = "2 PERIODIC", string id = "1", string parameters = "") =>
        $"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/' xmlns:cwmp='urn:dslforum-org:cwmp-1-0'><soap:Header><cwmp:ID soap:mustUnderstand='1'>{id}</cwmp:ID></soap:Header><soap:Body><cwmp:Inform>"
        + $"<DeviceId><Manufacturer>Old</Manufacturer><OUI>00d09e</OUI><ProductClass>Box</ProductClass><SerialNumber>{serial}</SerialNumber></DeviceId><Event><EventStruct><EventCode>{code}</EventCode><CommandKey/></EventStruct></Event>"
        + $"<MaxEnvelopes>1</MaxEnvelopes><CurrentTime>now</CurrentTime><RetryCount>4711</RetryCount><ParameterList>{parameters}</ParameterList></cwmp:Inform></soap:Body></soap:Envelope>";

    /// <summary>Another message.</summary>
    public static string Message(string body, string id) =>
        $"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/' xmlns:cwmp='urn:dslforum-org:cwmp-1-0'><soap:Header><cwmp:ID>{id}</cwmp:ID></soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>";

    /// <summary>The ID of a request of the ACS.</summary>
    public static string IdOf(Answer answer) => answer.Body.Split("mustUnderstand=\"1\">")[1].Split('<')[0];

    public void Dispose() => client.Dispose();
}
