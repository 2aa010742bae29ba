namespace DeviceConsole.Web.Hosting;

/// <summary>
/// Browsers send cookies along with WebSockets to any origin and ask nobody first, so circuits and hubs check the Origin
/// header themselves. Clients that are no browser send none.
/// </summary>
public static class OriginCheck
{
    /// <summary>Answers 403 to another site's requests to /_blazor and /hubs.</summary>
    public static IApplicationBuilder UseOriginCheck(this IApplicationBuilder app)
    {
        var publicUrl = new Uri(app.ApplicationServices.GetRequiredService<HostSettings>().PublicUrl);
        return app.Use((context, next) =>
        {
            var path = context.Request.Path;
            if (!path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase)) return next(context);
            if (context.Request.Headers.Origin is not { Count: > 0 } origin || IsOwn(origin.ToString(), context.Request.Host, publicUrl)) return next(context);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        });
    }

    // Behind a proxy that ends TLS the scheme is not ours to compare; name and port are.
    private static bool IsOwn(string origin, HostString host, Uri publicUrl)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri)) return false;
        var port = host.Port ?? (uri.Scheme == Uri.UriSchemeHttps ? 443 : 80);
        return (string.Equals(uri.IdnHost, new HostString(host.Host).ToUriComponent(), StringComparison.OrdinalIgnoreCase) || string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)) && uri.Port == port
            || Uri.Compare(uri, publicUrl, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
    }
}
