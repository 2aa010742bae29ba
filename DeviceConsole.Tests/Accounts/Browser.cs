using System.Net;
using System.Text.RegularExpressions;

namespace DeviceConsole.Tests.Accounts;

/// <summary>What a browser does with the plain pages: keeps cookies, sends forms with their hidden fields.</summary>
public sealed partial class Browser : IDisposable
{
    private readonly HttpClient http;

    public Browser(Uri address)
    {
        Cookies = new CookieContainer();
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = address };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Address = address;
    }

    public Uri Address { get; }

    public CookieContainer Cookies { get; }

    public string? Session => Cookies.GetCookies(Address)["dc-session"]?.Value;

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    /// <summary>Loads the page of a form and sends it with these fields filled in.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        using var form = await GetAsync(page);
        var html = await form.Content.ReadAsStringAsync();
        var hidden = HiddenField().Matches(html).Select(m => (m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value)));
        return await PostAsync(action, [.. hidden, .. fields]);
    }

    public Task<HttpResponseMessage> LogInAsync(string slug, string user, string password, string query = "") =>
        SubmitAsync($"/t/{slug}/login{query}", $"/t/{slug}/login{query}", ("Input.UserName", user), ("Input.Password", password));

    public void Dispose() => http.Dispose();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""")]
    private static partial Regex HiddenField();
}
