namespace DeviceConsole.Web.Auth;

/// <summary>Addresses within the console, so that a log-in never leads to another site.</summary>
public static class LocalUrl
{
    /// <summary>The address where it is a path of this site, else the first page.</summary>
    public static string OrHome(string? url) => IsLocal(url) ? url! : "/";

    // "//host" and "/\host" are other sites to a browser, and it drops tabs and line ends before it looks.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] && !(url.Length > 1 && url[1] is '/' or '\\') && !url.Any(char.IsControl) && Uri.TryCreate(url, UriKind.Relative, out _);
}
