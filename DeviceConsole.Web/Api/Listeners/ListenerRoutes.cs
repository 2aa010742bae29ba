using DeviceConsole.Core;
using DeviceConsole.Core.Listeners;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Listeners;

/// <summary>/api/v1/certificates, /tls-profiles and /device-ports: platform administrators only, by their session.</summary>
public static class ListenerRoutes
{
    private const string Who = "Platform administrators only, by their session.";

    /// <summary>Maps them.</summary>
    public static void MapListeners(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Listeners and certificates");
        MapCertificates(group);
        MapProfiles(group);
        MapPorts(group);
        MapSecrets(group);
    }

    private static void MapCertificates(RouteGroupBuilder group)
    {
        group.MapGet("/certificates", async (ApiCaller caller, CertificateService service, CancellationToken cancellationToken) => Page(await service.ListAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<CertificateView>>().Describe("listCertificates", "List certificates", $"What devices are shown, without private keys. {Who}");
        group.MapPost("/certificates", async (ApiCaller caller, CertificateBody body, CertificateService service, CancellationToken cancellationToken) =>
            {
                var id = Guid.CreateVersion7();
                return (await service.SaveAsync(caller.Caller, body.Input(id), cancellationToken)).Problem is { } problem ? problem.ToResult() : Results.Created((string?)null, new MadeResource(id));
            })
            .Produces<MadeResource>(StatusCodes.Status201Created).Describe("createCertificate", "Add a certificate", $"With its private key, which is sealed and never read back. {Who}");
        group.MapPost("/certificates/self-signed", async (ApiCaller caller, SelfSignedBody body, CertificateService service, CancellationToken cancellationToken) =>
            {
                var made = await service.GenerateAsync(caller.Caller, new SelfSignedInput(body.Name ?? "", body.Names ?? [], body.Days), cancellationToken);
                return made.Problem is { } problem ? problem.ToResult() : Results.Created((string?)null, new MadeResource(made.Value));
            })
            .Produces<MadeResource>(StatusCodes.Status201Created).Describe("createSelfSignedCertificate", "Make a self-signed certificate", $"For a trial: devices have to be given it. {Who}");
        group.MapPut("/certificates/{certificate:guid}", async (ApiCaller caller, Guid certificate, CertificateBody body, CertificateService service, CancellationToken cancellationToken) =>
                Nothing(await service.SaveAsync(caller.Caller, body.Input(certificate), cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Describe("putCertificate", "Add or renew a certificate", $"The next connection is shown it. {Who}");
        group.MapDelete("/certificates/{certificate:guid}", async (ApiCaller caller, Guid certificate, CertificateService service, CancellationToken cancellationToken) =>
                Nothing(await service.DeleteAsync(caller.Caller, certificate, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404, 409).Describe("deleteCertificate", "Delete a certificate", $"Not while a TLS profile shows it. {Who}");
    }

    private static void MapProfiles(RouteGroupBuilder group)
    {
        group.MapGet("/tls-profiles", async (ApiCaller caller, TlsProfileService service, CancellationToken cancellationToken) =>
            {
                var found = await service.ListAsync(caller.Caller, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<TlsProfileResource>([.. found.Value.Select(TlsProfileResource.Of)], null));
            })
            .Produces<ApiPage<TlsProfileResource>>().Describe("listTlsProfiles", "List TLS profiles", $"How TLS is spoken with devices. {Who}");
        group.MapPut("/tls-profiles/{profile:guid}", async (ApiCaller caller, Guid profile, TlsProfileBody body, TlsProfileService service, CancellationToken cancellationToken) =>
                body.Profile(profile) is { } input ? Nothing(await service.SaveAsync(caller.Caller, input, cancellationToken))
                    : ApiProblems.Invalid("clientCertificates", "Certificates of devices are none, optional or required."))
            .Produces(StatusCodes.Status204NoContent).Describe("putTlsProfile", "Add or change a TLS profile", $"Under an id of your choice; new connections follow it at once. {Who}");
        group.MapDelete("/tls-profiles/{profile:guid}", async (ApiCaller caller, Guid profile, TlsProfileService service, CancellationToken cancellationToken) =>
                Nothing(await service.DeleteAsync(caller.Caller, profile, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404, 409).Describe("deleteTlsProfile", "Delete a TLS profile", $"Not while a port uses it. {Who}");
    }

    private static void MapPorts(RouteGroupBuilder group)
    {
        group.MapGet("/device-ports", async (ApiCaller caller, DevicePortService service, CancellationToken cancellationToken) => Page(await service.ListAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<DevicePort>>().Describe("listDevicePorts", "List ports of devices", $"Beside the built-in one. {Who}");
        group.MapPut("/device-ports/{port:int}", async (ApiCaller caller, int port, DevicePortBody body, DevicePortService service, CancellationToken cancellationToken) =>
                Nothing(await service.SaveAsync(caller.Caller, new DevicePort(port, body.ProfileId, body.ProxyProtocol, body.Note ?? "", body.Names ?? []), cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Describe("putDevicePort", "Add or change a port", $"Every node opens it within seconds. {Who}");
        group.MapDelete("/device-ports/{port:int}", async (ApiCaller caller, int port, DevicePortService service, CancellationToken cancellationToken) =>
                Nothing(await service.DeleteAsync(caller.Caller, port, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("deleteDevicePort", "Remove a port", $"It is closed, and connections on it end. {Who}");
    }

    private static void MapSecrets(RouteGroupBuilder group)
    {
        group.MapGet("/platform-secrets", async (ApiCaller caller, PlatformSecretService service, CancellationToken cancellationToken) =>
            {
                var found = await service.ListAsync(caller.Caller, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<PlatformSecretResource>([.. found.Value.Select(PlatformSecretResource.Of)], null));
            })
            .Produces<ApiPage<PlatformSecretResource>>().Describe("listPlatformSecrets", "List the installation's secrets", $"Which passwords this installation shows to others, and since when they are stored; never what they are. {Who}");
        group.MapPut("/platform-secrets/{secret}", async (ApiCaller caller, string secret, PlatformSecretBody body, PlatformSecretService service, CancellationToken cancellationToken) =>
                Nothing(await service.SaveAsync(caller.Caller, secret, body.Value, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("putPlatformSecret", "Store a secret of the installation", $"Sealed, before the configuration's, on every node within seconds; it is never read back. {Who}");
        group.MapDelete("/platform-secrets/{secret}", async (ApiCaller caller, string secret, PlatformSecretService service, CancellationToken cancellationToken) =>
                Nothing(await service.DeleteAsync(caller.Caller, secret, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("deletePlatformSecret", "Remove a secret of the installation", $"The configuration's counts again. {Who}");
    }

    private static IResult Page<T>(Result<IReadOnlyList<T>> found) => found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<T>(found.Value, null));

    private static IResult Nothing(Result<Done> done) => done.Problem is { } problem ? problem.ToResult() : Results.NoContent();
}
