namespace DeviceConsole.Web.Auth;

/// <summary>What an access token of the console is: a JWT after RFC 9068, signed with ES256.</summary>
public static class BearerTokens
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "Bearer";

    /// <summary>The audience that the API takes.</summary>
    public const string Audience = "deviceconsole-api";

    /// <summary>The one scope there is; what a token may do is its account's role.</summary>
    public const string Scope = "api";

    /// <summary>The type in the header (RFC 9068, 2.1).</summary>
    public const string Type = "at+jwt";

    /// <summary>How long a token lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>How far two clocks may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
}
