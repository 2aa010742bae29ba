using System.Globalization;
using System.Security.Claims;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Web.Auth;

/// <summary>What a principal of the console says about itself, and the caller that follows from it.</summary>
public static class ConsoleClaims
{
    /// <summary>Id of the user or service account (uuid).</summary>
    public const string Subject = "sub";

    /// <summary>Name for people.</summary>
    public const string Name = "name";

    /// <summary>One of <see cref="Roles"/>.</summary>
    public const string Role = "role";

    /// <summary>The tenant that is worked in (uuid).</summary>
    public const string Tenant = "tenant";

    /// <summary>The tenant that the account belongs to (uuid).</summary>
    public const string HomeTenant = "home_tenant";

    /// <summary>The account's stamp; another one ends the session.</summary>
    public const string Stamp = "stamp";

    /// <summary>Random id of the log-in session.</summary>
    public const string Session = "sid";

    /// <summary>A service account's client id; people have none.</summary>
    public const string ClientId = "client_id";

    /// <summary>One device of a service account that is limited to some.</summary>
    public const string Device = "device";

    /// <summary>Present where the devices are limited, also to none.</summary>
    public const string DevicesLimited = "devices_limited";

    /// <summary>When the token ends, in seconds since 1970 (RFC 7519, 4.1.4).</summary>
    public const string Expires = "exp";

    /// <summary>A person who works in <paramref name="tenant"/>.</summary>
    public static ClaimsPrincipal ForUser(UserState user, Guid tenant, string session) => Principal(CookieLogin.Scheme,
    [
        new(Subject, user.Id.ToString()), new(Name, user.Name), new(Role, user.Role), new(Tenant, tenant.ToString()),
        new(HomeTenant, user.Tenant.ToString()), new(Stamp, user.Stamp), new(Session, session),
    ]);

    /// <summary>A service account with a token that ends at <paramref name="expires"/>.</summary>
    public static ClaimsPrincipal ForClient(ClientState client, DateTimeOffset expires)
    {
        List<Claim> claims =
        [
            new(Subject, client.Id.ToString()), new(ClientId, client.ClientId), new(Name, client.Name), new(Role, client.Role), new(Tenant, client.Tenant.ToString()),
            new(HomeTenant, client.Tenant.ToString()), new(Stamp, client.Stamp.ToString()), new(Expires, expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ];
        if (client.Devices is { } devices) claims.AddRange(devices.Select(d => new Claim(Device, d.ToString())).Append(new Claim(DevicesLimited, "true")));
        return Principal(BearerTokens.Scheme, claims);
    }

    /// <summary>The caller that a principal stands for; null where it is anonymous or incomplete.</summary>
    public static Caller? CallerFrom(ClaimsPrincipal? principal)
    {
        // One identity gives every claim: two log-ins on one request are never mixed into a third.
        if (IdentityOf(principal) is not { } identity) return null;
        if (Id(identity, Subject) is not { } subject || Id(identity, Tenant) is not { } tenant || Id(identity, HomeTenant) is not { } home) return null;
        var rights = Roles.RightsOf(Text(identity, Role) ?? "");
        if (rights == Rights.None) return null;
        if (tenant != home && (home != Core.Tenancy.Tenant.Platform || !rights.HasFlag(Rights.ManagePlatform))) return null;
        var name = Text(identity, Name) ?? subject.ToString();
        return identity.HasClaim(c => c.Type == ClientId)
            ? new Caller(tenant, ActorKind.Client, subject, name, rights, Scope(identity), home)
            : new Caller(tenant, ActorKind.User, subject, tenant == home ? name : $"{name} (platform)", rights, DeviceScope.All, home);
    }

    /// <summary>The identity that counts: a token's before a cookie's, because it was sent on purpose.</summary>
    internal static ClaimsIdentity? IdentityOf(ClaimsPrincipal? principal) =>
        principal?.Identities.Where(i => i.IsAuthenticated).OrderByDescending(i => i.HasClaim(c => c.Type == ClientId)).FirstOrDefault();

    internal static string? Text(ClaimsIdentity identity, string type) => identity.FindFirst(type)?.Value;

    internal static Guid? Id(ClaimsIdentity identity, string type) => Guid.TryParse(Text(identity, type), out var id) ? id : null;

    internal static ClaimsPrincipal Principal(string scheme, IEnumerable<Claim> claims) => new(new ClaimsIdentity(claims, scheme, Name, Role));

    private static DeviceScope Scope(ClaimsIdentity identity) => identity.HasClaim(c => c.Type == DevicesLimited)
        ? DeviceScope.Of(identity.FindAll(Device).Select(c => Guid.Parse(c.Value)))
        : DeviceScope.All;
}
