using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Credentials;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Credentials;

/// <summary>A credential template as it is sent.</summary>
public sealed record CredentialTemplateBody
{
    /// <summary>1 to 200 characters, unique within the protocol.</summary>
    public required string Name { get; init; }

    /// <summary>A protocol's id; stays as it is once the template is there.</summary>
    public required string Protocol { get; init; }

    /// <summary>Values of the protocol's settings that belong to credentials: for SNMP version, user, authProtocol, privProtocol.</summary>
    public JsonObject? Settings { get; init; }

    /// <summary>Values by the ids of the protocol's credentials. One that is absent keeps what is stored, an empty one removes it.</summary>
    public IReadOnlyDictionary<string, string?>? Secrets { get; init; }

    /// <summary>The input of the service.</summary>
    public CredentialTemplateInput ToInput() =>
        new(Name ?? "", Protocol ?? "", Settings ?? [], (Secrets ?? new Dictionary<string, string?>()).ToDictionary(s => s.Key, s => s.Value ?? ""));
}

/// <summary>/api/v1/credential-templates.</summary>
public static class CredentialRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapCredentialTemplates(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/credential-templates").WithTags("Credential templates");
        group.MapGet("", async (ApiCaller caller, CredentialTemplateService service, CancellationToken cancellationToken) =>
            {
                var list = await service.ListAsync(caller.Caller, cancellationToken);
                return list.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<CredentialTemplate>(list.Value, null));
            })
            .Produces<ApiPage<CredentialTemplate>>().Describe("listCredentialTemplates", "List credential templates", "By protocol and name, all on one page. Secrets cannot be read; `secretsSet` names those that are set.");
        group.MapPost("", async (ApiCaller caller, CredentialTemplateBody body, CredentialTemplateService service, CancellationToken cancellationToken) =>
            {
                var made = await service.CreateAsync(caller.Caller, body.ToInput(), cancellationToken);
                return made.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/credential-templates/{made.Value.Id}", made.Value);
            })
            .Produces<CredentialTemplate>(StatusCodes.Status201Created).Problems(409).Describe("createCredentialTemplate", "Create a credential template", "Devices use it by the `credentialTemplateId` of their endpoint, in place of secrets of their own.");
        group.MapGet("/{id:guid}", async (ApiCaller caller, Guid id, CredentialTemplateService service, CancellationToken cancellationToken) => Answer(await service.GetAsync(caller.Caller, id, cancellationToken)))
            .Produces<CredentialTemplate>().Problems(404).Describe("getCredentialTemplate", "Get a credential template", "With how many devices use it.");
        group.MapPut("/{id:guid}", async (ApiCaller caller, Guid id, CredentialTemplateBody body, CredentialTemplateService service, CancellationToken cancellationToken) =>
                Answer(await service.UpdateAsync(caller.Caller, id, body.ToInput(), cancellationToken)))
            .Produces<CredentialTemplate>().Problems(404, 409).Describe("updateCredentialTemplate", "Replace a credential template", "Everything is replaced but the secrets that the body does not mention. In force for every device that uses it from its next job on.");
        group.MapDelete("/{id:guid}", async (ApiCaller caller, Guid id, CredentialTemplateService service, CancellationToken cancellationToken) =>
            {
                var deleted = await service.DeleteAsync(caller.Caller, id, cancellationToken);
                return deleted.Problem is { } problem ? problem.ToResult() : Results.NoContent();
            })
            .Produces(StatusCodes.Status204NoContent).Problems(404, 409).Describe("deleteCredentialTemplate", "Delete a credential template", "Refused while devices use it.");
    }

    private static IResult Answer(Result<CredentialTemplate> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(result.Value);
}
