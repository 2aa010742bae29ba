using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp.BulkData;

/// <summary>
/// Reports what the profiles of <c>Device.BulkData.</c> ask for, at their intervals; what cannot be delivered is tried again, and then kept for the next report
/// (TR-369 A.3.2, A.4.6).
/// </summary>
public sealed class CpeBulkData : IDisposable
{
    private const string Root = "Device.BulkData.";
    private readonly HomeGateway gateway;
    private readonly TimeProvider time;
    private readonly TimeSpan second;
    private readonly CpeBulkClient client = new();
    private readonly ConcurrentDictionary<string, Kept> profiles = new(StringComparer.Ordinal);

    /// <summary>Of a gateway; <paramref name="second"/> is what a second of an interval lasts.</summary>
    public CpeBulkData(HomeGateway gateway, TimeProvider time, TimeSpan second) => (this.gateway, this.time, this.second) = (gateway, time, second);

    /// <summary>How many reports were taken.</summary>
    public int Delivered { get; private set; }

    /// <summary>How many reports are still to be delivered.</summary>
    public int Waiting => profiles.Values.Sum(p => p.Reports.Count);

    /// <summary>The collector's last answer.</summary>
    public HttpStatusCode LastStatus { get; private set; }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    /// <summary>Once a second: what is due is collected and sent.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        if (gateway.Find(Root + "Enable")?.Value != "true" || !gateway.IsUp) return;
        foreach (var row in gateway.List(Root + "Profile.", true).Where(n => n.IsObject).Select(n => n.Path).ToList())
        {
            if (Value(row + "Enable") != "true" || Value(row + "Protocol") != "HTTP" || !Uri.TryCreate(Value(row + "HTTP.URL"), UriKind.Absolute, out var url)) continue;
            var profile = profiles.GetOrAdd(row, _ => new Kept());
            var now = time.GetUtcNow();
            if (now >= profile.Due && !profile.IsBusy)
            {
                profile.Due = now + second * Number(row + "ReportingInterval");
                profile.Reports.Add(Collect(row, now));
                profile.Retries = 0;
                profile.RetryAt = now;
            }
            if (profile.Reports.Count == 0 || now < profile.RetryAt || profile.IsBusy) continue;
            profile.IsBusy = true;
            try
            {
                await SendAsync(row, url, profile, cancellationToken);
            }
            finally
            {
                profile.IsBusy = false;
            }
        }
    }

    private async Task SendAsync(string row, Uri url, Kept profile, CancellationToken cancellationToken)
    {
        try
        {
            LastStatus = await client.SendAsync(Request(row, url, profile.Reports), cancellationToken);
        }
        catch (HttpRequestException)
        {
            LastStatus = HttpStatusCode.ServiceUnavailable;
        }
        if ((int)LastStatus is >= 200 and < 300)
        {
            Delivered += profile.Reports.Count;
            profile.Reports.Clear();
            return;
        }
        var (least, factor) = (Number(row + "HTTP.RetryMinimumWaitInterval"), Number(row + "HTTP.RetryIntervalMultiplier") / 1000.0);
        var wait = Value(row + "HTTP.RetryEnable") == "true" ? least * Math.Pow(factor, Math.Min(profile.Retries++, 9)) : double.MaxValue;
        profile.RetryAt = wait > 86_400 ? DateTimeOffset.MaxValue : time.GetUtcNow() + second * wait;
        var keep = int.Parse(Value(row + "NumberOfRetainedFailedReports"), CultureInfo.InvariantCulture);
        // The present one stays until its retries are over; of those before it as many as are to be kept.
        if (keep >= 0 && profile.Reports.Count > keep + 1) profile.Reports.RemoveRange(0, profile.Reports.Count - keep - 1);
    }

    private CpeBulkReport Collect(string row, DateTimeOffset now) => CpeBulkReport.Collect(
        gateway, gateway.List(row + "Parameter.", true).Where(n => n.IsObject).Select(n => (Value(n.Path + "Name"), Value(n.Path + "Reference"))).Where(p => p.Item2.Length > 0), now);

    private CpeBulkRequest Request(string row, Uri url, IReadOnlyList<CpeBulkReport> reports)
    {
        var isJson = Value(row + "EncodingType") == "JSON";
        var format = Value(row + (isJson ? "JSONEncoding.ReportFormat" : "CSVEncoding.ReportFormat"));
        var body = isJson
            ? CpeBulkEncoder.Json(reports, format == "NameValuePair", Value(row + "JSONEncoding.ReportTimestamp"))
            : CpeBulkEncoder.Csv(reports, format == "ParameterPerColumn", Value(row + "CSVEncoding.RowTimestamp"), Value(row + "CSVEncoding.FieldSeparator")[0]);
        var options = gateway.Options;
        var query = $"oui={options.Oui}&pc={Uri.EscapeDataString(options.ProductClass)}&sn={Uri.EscapeDataString(options.Serial)}";
        foreach (var more in gateway.List(row + "HTTP.RequestURIParameter.", true).Where(n => n.IsObject))
            query += $"&{Uri.EscapeDataString(Value(more.Path + "Name"))}={Uri.EscapeDataString(Value(Value(more.Path + "Reference")))}";
        return new CpeBulkRequest(
            new UriBuilder(url) { Query = query }.Uri, Value(row + "HTTP.Method"), Value(row + "HTTP.Username"), Value(row + "HTTP.Password"),
            isJson ? "application/json; charset=UTF-8" : "text/csv; charset=UTF-8; header=present", format, Value(row + "HTTP.Compression") == "GZIP", body);
    }

    private string Value(string path) => gateway.Find(path)?.Value ?? "";

    private uint Number(string path) => uint.TryParse(Value(path), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed class Kept
    {
        public DateTimeOffset Due { get; set; }

        public DateTimeOffset RetryAt { get; set; }

        public int Retries { get; set; }

        public bool IsBusy { get; set; }

        public List<CpeBulkReport> Reports { get; } = [];
    }
}
